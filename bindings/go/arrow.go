package guanxi

// #include "bridge.h"
import "C"

import "unsafe"

// ArrowArray are columns in one array of the Arrow C Data Interface: a struct with a
// child for each column, called as for Columns.
//
// Array and Schema are the addresses of a struct ArrowArray and a struct ArrowSchema in
// memory of C, as other packages export them. A call that takes them has them then:
// both are released, once, whatever comes of the call. How long a buffer is cannot be
// checked.
type ArrowArray struct{ Array, Schema unsafe.Pointer }

// ArrowStream are columns in several arrays: the address of a struct ArrowArrayStream
// in memory of C. All its arrays are taken at once, and it is released as an ArrowArray.
type ArrowStream struct{ Stream unsafe.Pointer }

func (a ArrowArray) append_(store *Store, seen C.int64_t, options *C.gx_append_options) (Answer, error) {
	return appendColumns(a, store, seen, options)
}

func (a ArrowStream) append_(store *Store, seen C.int64_t, options *C.gx_append_options) (Answer, error) {
	return appendColumns(a, store, seen, options)
}

func (a ArrowArray) put(table *C.gx_table, _ *memory) ([]*handle, error) {
	if a.Array == nil || a.Schema == nil {
		return nil, noArrow()
	}
	table.array, table.schema = (*C.struct_ArrowArray)(a.Array), (*C.struct_ArrowSchema)(a.Schema)
	return nil, nil
}

func (a ArrowStream) put(table *C.gx_table, _ *memory) ([]*handle, error) {
	if a.Stream == nil {
		return nil, noArrow()
	}
	table.stream = (*C.struct_ArrowArrayStream)(a.Stream)
	return nil, nil
}

// done releases what a call did not take, as it was not made.
func (a ArrowArray) done() {
	C.gxgo_release_array((*C.struct_ArrowArray)(a.Array))
	C.gxgo_release_schema((*C.struct_ArrowSchema)(a.Schema))
}

func (a ArrowStream) done() { C.gxgo_release_stream((*C.struct_ArrowArrayStream)(a.Stream)) }

func noArrow() error {
	return misused(C.GX_E_NULL_POINTER, "null_pointer", "an address of Arrow's is nil", "Arrow 结构的地址为 nil")
}
