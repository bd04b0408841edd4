package guanxi

// #include "bridge.h"
import "C"

import (
	"fmt"
	"strconv"
	"strings"
	"unsafe"
)

// What is read here are the arrays that the library makes, which begin at their first
// row: the formats are those that the header names.

func childrenOf(schema *C.struct_ArrowSchema) []*C.struct_ArrowSchema {
	if schema.n_children == 0 {
		return nil
	}
	return unsafe.Slice(schema.children, int(schema.n_children))
}

func arraysOf(array *C.struct_ArrowArray) []*C.struct_ArrowArray {
	if array.n_children == 0 {
		return nil
	}
	return unsafe.Slice(array.children, int(array.n_children))
}

// buffer is one of an array's, as so many values. Of none, where it begins is not even
// read: it may be a number that is no address, which Go must not have in a pointer.
func buffer[T any](array *C.struct_ArrowArray, which, n int) []T {
	if n == 0 {
		return nil
	}
	at := (*T)(unsafe.Slice(array.buffers, int(array.n_buffers))[which])
	if at == nil {
		return nil
	}
	return unsafe.Slice(at, n)
}

func copied[T any](array *C.struct_ArrowArray) []T {
	return append([]T{}, buffer[T](array, 1, int(array.length))...)
}

// readArrow gives a column of an array as values of Go, and which are known.
func readArrow(array *C.struct_ArrowArray, schema *C.struct_ArrowSchema) (values any, known []bool, err error) {
	known = bitsOf(array, 0)
	if schema.dictionary != nil {
		return worded(copied[int32](array), known, textsOf(array.dictionary)), known, nil
	}
	format := C.GoString(schema.format)
	switch {
	case format == "U":
		return textsOf(array), known, nil
	case format == "l":
		return copied[int64](array), known, nil
	case format == "g":
		return copied[float64](array), known, nil
	case format == "b":
		return bitsOf(array, 1), known, nil
	case format == "tdD":
		return Dates(copied[int32](array)), known, nil
	case format == "tsu:UTC":
		return Instants(copied[int64](array)), known, nil
	case strings.HasPrefix(format, "d:19,"):
		return decimalsOf(array, format), known, nil
	case format == "+L" && C.GoString(childrenOf(schema)[0].format) == "U":
		return listsOf(array), known, nil
	}
	return nil, nil, fmt.Errorf("guanxi: a column of Arrow's format %q, which this package does not read", format)
}

// bitsOf is a bit for each row, or nil where there are none.
func bitsOf(array *C.struct_ArrowArray, which int) []bool {
	n := int(array.length)
	bytes := buffer[byte](array, which, (n+7)/8)
	if bytes == nil {
		return nil
	}
	out := make([]bool, n)
	for row := range out {
		out[row] = bytes[row/8]>>(row%8)&1 == 1
	}
	return out
}

func textsOf(array *C.struct_ArrowArray) []string {
	n := int(array.length)
	offsets := buffer[int64](array, 1, n+1)
	// One text of all, of which the others are parts.
	whole := string(buffer[byte](array, 2, int(offsets[n])))
	out := make([]string, n)
	for row := range out {
		out[row] = whole[offsets[row]:offsets[row+1]]
	}
	return out
}

// worded gives texts for their positions; the empty one where none is known.
func worded(codes []int32, known []bool, words []string) []string {
	out := make([]string, len(codes))
	for row, code := range codes {
		if known == nil || known[row] {
			out[row] = words[code]
		}
	}
	return out
}

// decimalsOf are numbers of 128 bits, of which the library uses 64.
func decimalsOf(array *C.struct_ArrowArray, format string) Decimals {
	scale, _ := strconv.Atoi(format[strings.IndexByte(format, ',')+1:])
	halves := buffer[[2]int64](array, 1, int(array.length))
	out := Decimals{make([]int64, len(halves)), scale}
	for row, each := range halves {
		out.Units[row] = each[0]
	}
	return out
}

func listsOf(array *C.struct_ArrowArray) [][]string {
	n := int(array.length)
	offsets, texts := buffer[int64](array, 1, n+1), textsOf(arraysOf(array)[0])
	out := make([][]string, n)
	for row := range out {
		out[row] = texts[offsets[row]:offsets[row+1]:offsets[row+1]]
	}
	return out
}
