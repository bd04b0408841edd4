package guanxi

// #include "bridge.h"
import "C"

import (
	"runtime"
	"unsafe"
)

// Ids are ids of customers, ascending by bytes, in one piece of memory.
//
// Never changes; any goroutine. It needs no Close: the collector frees it.
type Ids struct {
	pointer *C.gx_ids
	offsets []int64
	data    []byte
}

func newIds(fill func(out **C.gx_ids, fail **C.gx_error) C.int32_t, used ...*handle) (*Ids, error) {
	var out *C.gx_ids
	err := call(func(fail **C.gx_error) C.int32_t { return fill(&out, fail) }, used...)
	if err != nil {
		return nil, err
	}
	n := int(C.gx_ids_count(out))
	offsets := unsafe.Slice((*int64)(C.gx_ids_offsets(out)), n+1)
	made := &Ids{pointer: out, offsets: offsets}
	// Of no bytes, where they begin may be no address, which Go must not have.
	if bytes := int(offsets[n]); bytes > 0 {
		made.data = unsafe.Slice((*byte)(unsafe.Pointer(C.gx_ids_data(out))), bytes)
	}
	runtime.SetFinalizer(made, func(it *Ids) { C.gx_ids_free(it.pointer) })
	return made, nil
}

// Len is how many ids there are.
func (i *Ids) Len() int {
	if i == nil || i.pointer == nil {
		return 0
	}
	return len(i.offsets) - 1
}

// At gives the id at a position from 0 to before Len; beyond, it panics as a slice does.
func (i *Ids) At(position int) string {
	defer runtime.KeepAlive(i)
	return string(i.data[i.offsets[position]:i.offsets[position+1]])
}

// Strings gives all ids, as parts of one text.
func (i *Ids) Strings() []string {
	defer runtime.KeepAlive(i)
	out := make([]string, i.Len())
	if len(out) == 0 {
		return out
	}
	whole := string(i.data)
	for n := range out {
		out[n] = whole[i.offsets[n]:i.offsets[n+1]]
	}
	return out
}

// Arrow gives the ids as an array of the Arrow C Data Interface: large_utf8, in a struct
// ArrowArray and a struct ArrowSchema at these addresses in memory of C, to be released
// by their own callbacks. The array outlives these ids.
func (i *Ids) Arrow(array, schema unsafe.Pointer) error {
	if i == nil || i.pointer == nil || array == nil || schema == nil {
		return noArrow()
	}
	defer runtime.KeepAlive(i)
	return call(func(fail **C.gx_error) C.int32_t {
		return C.gx_ids_arrow(i.pointer, (*C.struct_ArrowArray)(array), (*C.struct_ArrowSchema)(schema), fail)
	})
}
