package guanxi

// #include "bridge.h"
import "C"

import (
	"bytes"
	"fmt"
	"unsafe"
)

// Rows are the host's: Lines of JSON, or Columnar. The same rows give the same facts in
// each form.
type Rows interface {
	// append_ records them.
	append_(store *Store, seen C.int64_t, options *C.gx_append_options) (Answer, error)
}

// Columnar are rows in columns: Columns of Go, a Table, or an ArrowArray or ArrowStream
// of somebody else's.
type Columnar interface {
	Rows
	// put says where the columns are, in memory that lives as long as the call, and
	// gives the handles that the call uses.
	put(table *C.gx_table, keep *memory) ([]*handle, error)
	// done ends the call, whatever came of it, and if there was none.
	done()
}

// Lines are rows in JSON Lines: an object a line. JSONLines and Objects make them.
type Lines struct {
	text string
	err  error
}

// JSONLines are rows that are JSON already, an object a line:
//
//	{"kind": "purchase", "customer": "C-1", "at": "2026-03-01", "amount": "12.50"}
func JSONLines(text string) Lines { return Lines{text: text} }

// Objects are rows that are values of Go: maps, or structs with tags, as encoding/json
// writes them. Amounts are best kept in texts or in a json.Number.
//
// One that JSON has no form for (NaN) is an error that names its number, of the call
// that takes the rows.
func Objects[T any](rows []T) Lines {
	lines := make([][]byte, len(rows))
	for n, row := range rows {
		line, err := written(row)
		if err != nil {
			return Lines{err: fmt.Errorf("guanxi: row %d: %w", n+1, err)}
		}
		if line[0] != '{' {
			return Lines{err: fmt.Errorf("guanxi: row %d is %T, expected a struct or a map", n+1, row)}
		}
		lines[n] = line
	}
	return Lines{text: string(bytes.Join(lines, []byte("\n")))}
}

func (l Lines) append_(store *Store, seen C.int64_t, options *C.gx_append_options) (Answer, error) {
	if l.err != nil {
		return nil, l.err
	}
	return answered(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
		return C.gx_store_append_lines(store.c(), chars(l.text), size(l.text), seen, options, out, fail)
	}, store.held())
}

// appendColumns records columns, wherever they are.
func appendColumns(rows Columnar, store *Store, seen C.int64_t, options *C.gx_append_options) (Answer, error) {
	return withTables([]Given{{Rows: rows}}, func(of *C.gx_table, used []*handle) (Answer, error) {
		return answered(func(out **C.gx_bytes, fail **C.gx_error) C.int32_t {
			switch {
			case of.stream != nil:
				return C.gx_store_append_stream(store.c(), of.stream, seen, options, out, fail)
			case of.array != nil:
				return C.gx_store_append_arrow(store.c(), of.array, of.schema, seen, options, out, fail)
			}
			return C.gx_store_append_columns(store.c(), of.columns, of.n_columns, of.rows, seen, options, out, fail)
		}, append(used, store.held())...)
	})
}

// Given are rows that are asked without being recorded.
type Given struct {
	// Table is what the rows are about: customers, events, ref_NAME; empty: events.
	Table string
	// Mapping is the mapping document, where columns do not carry the schema's
	// names; or empty.
	Mapping string
	// Rows are the columns.
	Rows Columnar
}

// withTables lays tables out for C, calls, and takes back what was laid out.
func withTables[T any](tables []Given, use func(first *C.gx_table, used []*handle) (T, error)) (T, error) {
	var keep memory
	defer keep.free()
	for _, given := range tables {
		if given.Rows != nil {
			defer given.Rows.done()
		}
	}
	var none T
	room := keep.room(len(tables) * C.sizeof_gx_table)
	var used []*handle
	for n, given := range tables {
		// C's, and so that Go does not look for pointers of its own in it.
		table := (*C.gx_table)(unsafe.Add(room, n*C.sizeof_gx_table))
		table.struct_size = C.sizeof_gx_table
		table.table, table.table_len = keep.text(given.Table), size(given.Table)
		if given.Table == "" {
			table.table = nil
		}
		if given.Mapping != "" {
			table.mapping, table.mapping_len = keep.text(given.Mapping), size(given.Mapping)
		}
		if given.Rows == nil {
			return none, misused(C.GX_E_NULL_POINTER, "null_pointer", "there are no rows, but nil", "行为 nil")
		}
		more, err := given.Rows.put(table, &keep)
		if err != nil {
			return none, err
		}
		used = append(used, more...)
	}
	return use((*C.gx_table)(room), used)
}
