package guanxi

// #include "bridge.h"
import "C"

import (
	"fmt"
	"time"
	"unsafe"
)

// Columns are rows, column by column, all equally long.
type Columns []Column

// Column is a column of rows, on the way in or out.
type Column struct {
	// Name is what the schema, or a mapping, calls it.
	Name string
	// Values has one for each row:
	//
	//	[]string              texts
	//	[]int64               whole numbers
	//	[]float64             fractions; each means the shortest number that is read as
	//	                      it, so that 0.1 is one tenth
	//	Decimals              exact numbers
	//	[]bool
	//	Dates                 days
	//	Instants, []time.Time instants; what comes out are Instants
	//	Locals                instants on the clock of the playbook's zone
	//	Codes                 positions among different texts; what comes out are texts
	//	[][]string            sets of texts, which come out alone
	Values any
	// Known says for each row whether its value is known; nil: all are.
	Known []bool
}

// Decimals are exact numbers: units of Scale decimal places, 0 to 18. Of scale 2, 1250
// is 12.50.
type Decimals struct {
	Units []int64
	Scale int
}

// Dates are days since 1970-01-01.
type Dates []int32

// Instants are microseconds since 1970 in UTC.
type Instants []int64

// Locals are microseconds since 1970 on the clock of the playbook's zone, or of the
// mapping's.
type Locals []int64

// Codes are positions among different texts, from 0.
type Codes struct {
	Positions []int32
	Words     []string
}

func (c Columns) append_(store *Store, seen C.int64_t, options *C.gx_append_options) (Answer, error) {
	return appendColumns(c, store, seen, options)
}

func (Columns) done() {}

// put copies columns to memory of C: what a struct points to cannot be Go's.
func (c Columns) put(table *C.gx_table, keep *memory) ([]*handle, error) {
	room := keep.room(len(c) * C.sizeof_gx_column)
	table.columns, table.n_columns = (*C.gx_column)(room), C.uint64_t(len(c))
	for n, column := range c {
		to := (*C.gx_column)(unsafe.Add(room, n*C.sizeof_gx_column))
		rows, err := column.put(to, keep)
		if err == nil && n > 0 && rows != int(table.rows) {
			err = column.wrong("has %d rows, and the first column %d", "有 %d 行，而首列有 %d 行", rows, int(table.rows))
		}
		if err != nil {
			return nil, err
		}
		table.rows = C.uint64_t(rows)
	}
	return nil, nil
}

func (c Column) put(to *C.gx_column, keep *memory) (rows int, err error) {
	to.struct_size = C.sizeof_gx_column
	to.name, to.name_len = keep.text(c.Name), size(c.Name)
	switch values := c.Values.(type) {
	case []string:
		rows = putTexts(to, keep, values)
	case []int64:
		rows = putValues(to, keep, C.GX_COLUMN_INT64, values)
	case []float64:
		rows = putValues(to, keep, C.GX_COLUMN_FLOAT64, values)
	case Decimals:
		to.scale = C.uint32_t(values.Scale)
		rows = putValues(to, keep, C.GX_COLUMN_DECIMAL, values.Units)
	case []bool:
		rows = putValues(to, keep, C.GX_COLUMN_BOOL, values)
	case Dates:
		rows = putValues(to, keep, C.GX_COLUMN_DATE, values)
	case Instants:
		rows = putValues(to, keep, C.GX_COLUMN_INSTANT, values)
	case []time.Time:
		var micros Instants
		if micros, err = c.micros(values); err != nil {
			return 0, err
		}
		rows = putValues(to, keep, C.GX_COLUMN_INSTANT, micros)
	case Locals:
		rows = putValues(to, keep, C.GX_COLUMN_LOCAL, values)
	case Codes:
		words := (*C.gx_column)(keep.room(C.sizeof_gx_column))
		if _, err = (Column{Name: c.Name, Values: values.Words}).put(words, keep); err != nil {
			return 0, err
		}
		to.words, to.n_words = unsafe.Pointer(words), C.uint64_t(len(values.Words))
		rows = putValues(to, keep, C.GX_COLUMN_CODES, values.Positions)
	default:
		return 0, c.wrong("has values of %T, which is no column", "的值为 %T，不能作为列", c.Values)
	}
	if c.Known != nil && len(c.Known) != rows {
		return 0, c.wrong("has %d rows, and %d in Known", "有 %d 行，而 Known 有 %d 行", rows, len(c.Known))
	}
	c.putKnown(to, keep)
	return rows, nil
}

// putValues copies values of one width.
func putValues[T int64 | int32 | float64 | bool](to *C.gx_column, keep *memory, kind C.uint32_t, values []T) int {
	var one T
	room := keep.room(len(values) * int(unsafe.Sizeof(one)))
	copy(unsafe.Slice((*T)(room), len(values)), values)
	to.kind, to.values = kind, room
	return len(values)
}

// putTexts copies texts, one behind the other.
func putTexts(to *C.gx_column, keep *memory, texts []string) int {
	total := 0
	for _, text := range texts {
		total += len(text)
	}
	room := keep.room(total)
	bytes := unsafe.Slice((*byte)(room), total)
	offsets := unsafe.Slice((*int64)(keep.room(8*(len(texts)+1))), len(texts)+1)
	at := 0
	for n, text := range texts {
		at += copy(bytes[at:], text)
		offsets[n+1] = int64(at)
	}
	to.kind, to.values, to.offsets = C.GX_COLUMN_TEXT, room, (*C.int64_t)(&offsets[0])
	return len(texts)
}

func (c Column) putKnown(to *C.gx_column, keep *memory) {
	if c.Known == nil {
		return
	}
	room := keep.room((len(c.Known) + 7) / 8)
	bits := unsafe.Slice((*byte)(room), (len(c.Known)+7)/8)
	for row, known := range c.Known {
		if known {
			bits[row/8] |= 1 << (row % 8)
		}
	}
	to.known = (*C.uint8_t)(room)
}

// micros are instants of Go, none of which is cut.
func (c Column) micros(times []time.Time) (Instants, error) {
	out := make(Instants, len(times))
	for row, at := range times {
		if at.Nanosecond()%1000 != 0 {
			return nil, c.wrong("is finer than microseconds in row %d; time.Time.Truncate cuts", "第 %d 行细于微秒，可用 time.Time.Truncate 截断", row+1)
		}
		out[row] = at.UnixMicro()
	}
	return out, nil
}

// wrong is what is said of a column that C must not see.
func (c Column) wrong(english, chinese string, of ...any) error {
	return misused(C.GX_E_MALFORMED_COLUMN, "malformed_column",
		fmt.Sprintf("`%s` "+english, append([]any{c.Name}, of...)...),
		fmt.Sprintf("`%s` "+chinese, append([]any{c.Name}, of...)...))
}
