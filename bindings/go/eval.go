package guanxi

// #include "bridge.h"
import "C"

import (
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Eval evaluates an expression of the language without customers, and gives its value
// with its type: {"type":"int","value":"42"}.
//
// The bindings are values for its names. nil, bool, whole numbers, floats, string,
// *big.Int and time.Time (an instant) are the values of the language that they are for
// Go, a json.Number is a whole number or a decimal as it is written, a slice is a list.
// What Go has no type for is told in the form that the answer has, as an amount:
// map[string]any{"type": "money", "value": "12.50", "currency": "CNY"}.
//
// Errors: 3001 to 3019 for the expression, with the bytes that are meant; 1002 to 1010
// for values; 2001 to 2014 for bindings.
func Eval(expression string, bindings map[string]any) (Answer, error) {
	typed := make(map[string]any, len(bindings))
	for name, value := range bindings {
		told, err := typedValue(value)
		if err != nil {
			return nil, fmt.Errorf("guanxi: %s: %w", name, err)
		}
		typed[name] = told
	}
	document, err := written(typed)
	if err != nil {
		return nil, err
	}
	return EvalJSON(expression, string(document))
}

// EvalJSON does the same with bindings that are a JSON document themselves:
// {"x":{"type":"int","value":"3"}}; without any where it is empty.
func EvalJSON(expression, bindings string) (Answer, error) {
	return answered(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_eval_json(chars(expression), size(expression), charsIf(bindings), size(bindings), out, fail)
	})
}

// typedValue is a value of Go as the library tells values.
func typedValue(value any) (any, error) {
	tell := func(kind, said string) (any, error) {
		return map[string]any{"type": kind, "value": said}, nil
	}
	switch it := value.(type) {
	case nil:
		return map[string]any{"type": "null"}, nil
	case map[string]any, json.RawMessage, Answer:
		return it, nil
	case time.Time:
		return tell("timestamp", it.Format(time.RFC3339Nano))
	case *big.Int:
		return tell("int", it.String())
	case json.Number:
		if strings.ContainsAny(string(it), ".eE") {
			return tell("decimal", string(it))
		}
		return tell("int", string(it))
	}
	by := reflect.ValueOf(value)
	switch by.Kind() {
	case reflect.Bool:
		return tell("bool", strconv.FormatBool(by.Bool()))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return tell("int", strconv.FormatInt(by.Int(), 10))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return tell("int", strconv.FormatUint(by.Uint(), 10))
	case reflect.Float32, reflect.Float64:
		return tell("double", strconv.FormatFloat(by.Float(), 'g', -1, by.Type().Bits()))
	case reflect.String:
		return tell("string", by.String())
	case reflect.Slice, reflect.Array:
		return typedList(by)
	}
	return nil, fmt.Errorf("a value of the language is expected, or an object with type and value, not %T", value)
}

func typedList(list reflect.Value) (any, error) {
	items := make([]any, list.Len())
	for n := range items {
		item, err := typedValue(list.Index(n).Interface())
		if err != nil {
			return nil, fmt.Errorf("[%d]: %w", n, err)
		}
		items[n] = item
	}
	return map[string]any{"type": "list", "value": items}, nil
}
