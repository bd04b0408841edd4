package guanxi

// #include "bridge.h"
import "C"

// Language is that of messages, hints and reasons.
type Language uint32

// English or Chinese.
const (
	English Language = C.GX_EN
	Chinese Language = C.GX_ZH
)

func (l Language) number() C.uint32_t { return C.uint32_t(l) }

// Format is that of pictures.
type Format uint32

// A picture to show, or to go on drawing with Mermaid or Graphviz.
const (
	SVG     Format = C.GX_SVG
	Mermaid Format = C.GX_MERMAID
	DOT     Format = C.GX_DOT
)

// Dialect is that of SQL.
type Dialect string

// The dialects that Playbook.Statement writes.
const (
	SQLite     Dialect = "sqlite"
	PostgreSQL Dialect = "postgresql"
	MySQL      Dialect = "mysql"
	MariaDB    Dialect = "mariadb"
	DuckDB     Dialect = "duckdb"
)

// Just gives the address of a value, for options that can be left out and whose zero
// means something: Just(0).
func Just[T any](value T) *T { return &value }

// mostThreads are as many as the library lets one call have.
const mostThreads = 1024

func threadsOf(threads int) (C.uint32_t, error) {
	if threads < 0 || threads > mostThreads {
		return 0, misused(C.GX_E_INVALID_ARGUMENT, "invalid_argument", "threads are 0 to 1024", "线程数应为 0 到 1024")
	}
	return C.uint32_t(threads), nil
}

func flag(set bool) C.uint32_t {
	if set {
		return 1
	}
	return 0
}
