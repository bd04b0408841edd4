package main

// #cgo CFLAGS: -I${SRCDIR}/..
// #include "guanxi.h"
// #include "made.h"
import "C"

import (
	"fmt"
	"strconv"
	"strings"
	"unsafe"

	"guanxi"
)

// readColumns reads from lines: how many rows and columns; for each column its name, `t`
// or `i`, and for each row `=` and the value, or `-`.
func readColumns(text string) guanxi.Columns {
	lines := strings.Split(text, "\n")
	next := func() string {
		line := lines[0]
		lines = lines[1:]
		return line
	}
	rows, columns := number(next()), number(next())
	out := make(guanxi.Columns, columns)
	for n := range out {
		out[n].Name = next()
		whole := next() == "i"
		texts, ints := make([]string, rows), make([]int64, rows)
		out[n].Known = make([]bool, rows)
		for row := range texts {
			value := next()
			if out[n].Known[row] = value[0] == '='; !out[n].Known[row] {
				continue
			}
			texts[row] = value[1:]
			if whole {
				ints[row] = int64(number(value[1:]))
			}
		}
		if out[n].Values = any(texts); whole {
			out[n].Values = ints
		}
	}
	return out
}

func number(text string) int {
	n, err := strconv.Atoi(text)
	must(err)
	return n
}

// through hands columns over as the files want it, and gives what is to be freed.
func through(form, text string) (guanxi.Columnar, func()) {
	columns := readColumns(text)
	switch form {
	case "columns":
		return columns, func() {}
	case "arrow":
		array, schema := arrow(columns)
		return guanxi.ArrowArray{Array: unsafe.Pointer(array), Schema: unsafe.Pointer(schema)}, func() {
			released(array.release == nil && schema.release == nil)
			C.free(unsafe.Pointer(array))
			C.free(unsafe.Pointer(schema))
		}
	case "stream":
		array, schema := arrow(columns)
		stream := (*C.struct_ArrowArrayStream)(C.calloc(1, C.sizeof_struct_ArrowArrayStream))
		C.made_stream_of(array, schema, stream)
		C.free(unsafe.Pointer(array))
		C.free(unsafe.Pointer(schema))
		return guanxi.ArrowStream{Stream: unsafe.Pointer(stream)}, func() {
			released(stream.release == nil)
			C.free(unsafe.Pointer(stream))
		}
	}
	panic("no form of rows: " + form)
}

func released(is bool) {
	if !is {
		panic("a call has not released what it took")
	}
}

// arrow makes arrays of columns as another library would.
func arrow(columns guanxi.Columns) (*C.struct_ArrowArray, *C.struct_ArrowSchema) {
	array := (*C.struct_ArrowArray)(C.calloc(1, C.sizeof_struct_ArrowArray))
	schema := (*C.struct_ArrowSchema)(C.calloc(1, C.sizeof_struct_ArrowSchema))
	rows := 0
	if len(columns) > 0 {
		rows = len(columns[0].Known)
	}
	C.made_rows(array, schema, C.int64_t(rows), C.int64_t(len(columns)))
	for _, column := range columns {
		bits := make([]byte, rows/8+1)
		for row, known := range column.Known {
			if known {
				bits[row/8] |= 1 << (row % 8)
			}
		}
		values, bytes := buffers(column.Values)
		C.made_column(array, schema, C.CString(column.Name), C.CBytes(bits), values, bytes)
	}
	return array, schema
}

func buffers(values any) (numbers, bytes unsafe.Pointer) {
	switch values := values.(type) {
	case []int64:
		return copyOf(values), nil
	case []string:
		offsets := make([]int64, len(values)+1)
		for n, value := range values {
			offsets[n+1] = offsets[n] + int64(len(value))
		}
		return copyOf(offsets), C.CBytes([]byte(strings.Join(values, "") + " "))
	}
	panic(fmt.Sprintf("no such values: %T", values))
}

func copyOf(values []int64) unsafe.Pointer {
	room := C.malloc(C.size_t(8*len(values) + 1))
	copy(unsafe.Slice((*int64)(room), len(values)), values)
	return room
}
