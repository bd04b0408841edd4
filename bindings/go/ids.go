package guanxi

// #include "bridge.h"
import "C"

import "unsafe"

// Ids are ids of customers, ascending by bytes, in one piece of memory.
//
// They are a copy, which never changes and needs no Close.
type Ids struct {
	text    string
	offsets []int64
}

// Len is how many ids there are.
func (i Ids) Len() int {
	if i.offsets == nil {
		return 0
	}
	return len(i.offsets) - 1
}

// At gives the id at a position from 0 to before Len; beyond, it panics as a slice does.
func (i Ids) At(position int) string { return i.text[i.offsets[position]:i.offsets[position+1]] }

// Strings gives all ids.
func (i Ids) Strings() []string {
	out := make([]string, i.Len())
	for n := range out {
		out[n] = i.At(n)
	}
	return out
}

// found calls a function that finds ids.
type found func(out **C.gx_ids, fail **C.gx_error) C.int32_t

// ids copies what was found.
func (r *Review) ids(function found) (Ids, error) {
	var copied Ids
	err := r.withIds(function, func(ids *C.gx_ids, _ **C.gx_error) C.int32_t {
		n := int(C.gx_ids_count(ids))
		offsets := unsafe.Slice((*int64)(C.gx_ids_offsets(ids)), n+1)
		copied.offsets = append([]int64{}, offsets...)
		// Of no bytes, where they begin may be a number that is no address, which Go
		// must not have in a pointer.
		if bytes := int(offsets[n]); bytes > 0 {
			copied.text = string(unsafe.Slice((*byte)(unsafe.Pointer(C.gx_ids_data(ids))), bytes))
		}
		return C.GX_OK
	})
	return copied, err
}

// arrowIds gives what was found to whoever reads Arrow.
func (r *Review) arrowIds(function found, array, schema unsafe.Pointer) error {
	if array == nil || schema == nil {
		return noArrow()
	}
	return r.withIds(function, func(ids *C.gx_ids, fail **C.gx_error) C.int32_t {
		return C.gx_ids_arrow(ids, (*C.struct_ArrowArray)(array), (*C.struct_ArrowSchema)(schema), fail)
	})
}

func (r *Review) withIds(function found, use func(ids *C.gx_ids, fail **C.gx_error) C.int32_t) error {
	return call(func(fail **C.gx_error) C.int32_t {
		var ids *C.gx_ids
		if status := function(&ids, fail); status != C.GX_OK {
			return status
		}
		defer C.gx_ids_free(ids)
		return use(ids, fail)
	}, r.held())
}
