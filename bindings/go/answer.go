package guanxi

// #include "bridge.h"
import "C"

import "encoding/json"

// Answer is what the library says: the exact JSON text, the same, byte for byte, from
// every language that guanxi is called from.
//
// Amounts and decimals are texts in it ("12.50"), so that nothing makes a binary
// fraction of them.
type Answer json.RawMessage

// Decode reads the answer into a struct, a map or a slice, as json.Unmarshal does.
func (a Answer) Decode(into any) error { return json.Unmarshal(a, into) }

// String gives the very text.
func (a Answer) String() string { return string(a) }

// MarshalJSON gives the very text, so that an answer can be a part of another document.
func (a Answer) MarshalJSON() ([]byte, error) { return json.RawMessage(a).MarshalJSON() }

// Count gives how many elements an array of the answer has, or members an object; 0 of
// a text, a number, true, false and null.
//
// The part is named by a JSON pointer, as "/value/tiers/0/label"; the empty one is the
// whole answer. Errors: missing_key where there is no such part.
func (a Answer) Count(pointer string) (int, error) {
	var n C.uint64_t
	text := string(a)
	err := call(func(fail **C.gx_error) C.int32_t {
		return C.gx_json_count(chars(text), size(text), chars(pointer), size(pointer), &n, fail)
	})
	return int(n), err
}

// Text gives a part of the answer as a text: a text without quotes and escapes,
// numbers, true, false and null as they are written, arrays and objects as JSON.
//
// The pointer and errors are as of Count.
func (a Answer) Text(pointer string) (string, error) {
	text := string(a)
	return spelled(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_json_text(chars(text), size(text), chars(pointer), size(pointer), out, fail)
	})
}
