package guanxi

// #include "bridge.h"
import "C"

import "unsafe"

// Table is customers as columns: Review.Table, Review.Cbs and Predict make one.
//
// It never changes and is independent of what it was made from; any goroutine. It can be
// rows for other calls: Fit takes what Cbs gives. Close frees it.
type Table struct {
	handle *handle
	names  []string
	rows   int
}

// newTable is filled by a function of C.
func newTable(fill func(array *C.struct_ArrowArray, schema *C.struct_ArrowSchema, fail **C.gx_error) C.int32_t, used ...*handle) (*Table, error) {
	frame := (*C.gxgo_frame)(C.calloc(1, C.sizeof_gxgo_frame))
	err := call(func(fail **C.gx_error) C.int32_t {
		return fill(&frame.array, &frame.schema, fail)
	}, used...)
	if err != nil {
		C.free(unsafe.Pointer(frame))
		return nil, err
	}
	made := &Table{handle: newHandle(unsafe.Pointer(frame), freeFrame, noun{"table", "表"}), rows: int(frame.array.length)}
	for _, column := range childrenOf(&frame.schema) {
		made.names = append(made.names, C.GoString(column.name))
	}
	return made, nil
}

func freeFrame(it unsafe.Pointer) C.int32_t {
	frame := (*C.gxgo_frame)(it)
	C.gxgo_release_array(&frame.array)
	C.gxgo_release_schema(&frame.schema)
	C.free(it)
	return C.GX_OK
}

// Close frees the table when the calls that are running have ended; a second time does
// nothing.
func (t *Table) Close() error { return t.held().close() }

func (t *Table) held() *handle {
	if t == nil {
		return nil
	}
	return t.handle
}

func (t *Table) c() *C.gxgo_frame { return (*C.gxgo_frame)(t.handle.pointer) }

// Len is how many rows there are.
func (t *Table) Len() int {
	if t == nil {
		return 0
	}
	return t.rows
}

// Names are those of the columns, in their order.
func (t *Table) Names() []string {
	if t == nil {
		return nil
	}
	return append([]string{}, t.names...)
}

// Column gives a column as values of Go, which are independent of the table.
//
// Errors: missing_column.
func (t *Table) Column(name string) (Column, error) {
	var column Column
	var wrong error
	err := call(func(**C.gx_error) C.int32_t {
		column, wrong = t.column(name)
		return C.GX_OK
	}, t.held())
	if err == nil {
		err = wrong
	}
	return column, err
}

func (t *Table) column(name string) (Column, error) {
	for n, each := range t.names {
		if each == name {
			frame := t.c()
			values, known, err := readArrow(arraysOf(&frame.array)[n], childrenOf(&frame.schema)[n])
			return Column{name, values, known}, err
		}
	}
	return Column{}, misused(C.GX_E_MISSING_COLUMN, "missing_column",
		"there is no column `"+name+"`", "没有名为 `"+name+"` 的列")
}

// Move gives the columns to whoever reads the Arrow C Data Interface: a struct
// ArrowArray and a struct ArrowSchema at these addresses in memory of C, to be released
// by their own callbacks. The table is closed then.
func (t *Table) Move(array, schema unsafe.Pointer) error {
	if array == nil || schema == nil {
		return noArrow()
	}
	held := t.held()
	if err := held.enter(); err != nil {
		return err
	}
	leave([]*handle{held})
	held.lock.Lock()
	defer held.lock.Unlock()
	if held.pointer == nil {
		return held.closed()
	}
	C.gxgo_move(t.c(), (*C.struct_ArrowArray)(array), (*C.struct_ArrowSchema)(schema))
	freeFrame(held.pointer)
	held.pointer = nil
	return nil
}

func (t *Table) append_(store *Store, seen C.int64_t, options *C.gx_append_options) (Answer, error) {
	return appendColumns(t, store, seen, options)
}

func (*Table) done() {}

// put lends the columns for the time of a call.
func (t *Table) put(table *C.gx_table, keep *memory) ([]*handle, error) {
	lent := (*C.gxgo_frame)(keep.room(C.sizeof_gxgo_frame))
	err := call(func(**C.gx_error) C.int32_t {
		C.gxgo_lend(t.c(), lent)
		return C.GX_OK
	}, t.held())
	table.array, table.schema = &lent.array, &lent.schema
	return []*handle{t.held()}, err
}
