package guanxi

// #include "bridge.h"
import "C"

import (
	"fmt"
	"unsafe"
)

// mismatch is why this library must not be called, if it must not.
var mismatch = mismatched(uint32(C.gx_version_abi()))

func mismatched(abi uint32) error {
	if abi == C.GX_ABI_VERSION {
		return nil
	}
	return misused(C.GX_E_UNSUPPORTED_VERSION, "unsupported_version",
		fmt.Sprintf("this package was made for version %d of the C interface, and the library that was loaded has %d", C.GX_ABI_VERSION, abi),
		fmt.Sprintf("本包对应 C 接口第 %d 版，而所加载的库为第 %d 版", C.GX_ABI_VERSION, abi))
}

// call is the one door to C: it holds the handles while a function of C runs, and
// gives the error that the function leaves.
func call(function func(fail **C.gx_error) C.int32_t, used ...*handle) error {
	if mismatch != nil {
		return mismatch
	}
	for n, each := range used {
		if err := each.enter(); err != nil {
			leave(used[:n])
			return err
		}
	}
	defer leave(used)
	var fail *C.gx_error
	if status := function(&fail); status != C.GX_OK {
		return takenError(status, fail)
	}
	return nil
}

// said calls a function that gives bytes.
func said(function func(out **C.gx_bytes, fail **C.gx_error) C.int32_t, used ...*handle) ([]byte, error) {
	var out *C.gx_bytes
	err := call(func(fail **C.gx_error) C.int32_t { return function(&out, fail) }, used...)
	if err != nil {
		return nil, err
	}
	return takenBytes(out), nil
}

// answered is the same for JSON.
func answered(function func(out **C.gx_bytes, fail **C.gx_error) C.int32_t, used ...*handle) (Answer, error) {
	out, err := said(function, used...)
	return Answer(out), err
}

// spelled is the same for a text.
func spelled(function func(out **C.gx_bytes, fail **C.gx_error) C.int32_t, used ...*handle) (string, error) {
	out, err := said(function, used...)
	return string(out), err
}

// takenBytes copies bytes of C, and frees them.
func takenBytes(out *C.gx_bytes) []byte {
	defer C.gx_bytes_free(out)
	data := (*byte)(unsafe.Pointer(C.gx_bytes_data(out)))
	return append([]byte{}, unsafe.Slice(data, int(C.gx_bytes_len(out)))...)
}

// nothing is where an empty text begins, which for C is somewhere, too.
var nothing [1]C.char

// chars is where a text begins. The text is lent to C for the call.
func chars(text string) *C.char {
	if text == "" {
		return &nothing[0]
	}
	// A string begins with the pointer to its bytes.
	return *(**C.char)(unsafe.Pointer(&text))
}

// charsIf is the same, or null where no text is given.
func charsIf(text string) *C.char {
	if text == "" {
		return nil
	}
	return chars(text)
}

// size is how many bytes a text has.
func size(text string) C.uint64_t { return C.uint64_t(len(text)) }

// memory is memory of C that is given back at once: what C finds by way of a struct
// cannot be Go's.
type memory struct{ blocks []unsafe.Pointer }

func (m *memory) room(bytes int) unsafe.Pointer {
	// Zeroed, as structs of options begin; of no bytes C might make nothing.
	block := C.calloc(1, C.size_t(bytes+1))
	if block == nil {
		panic("guanxi: out of memory")
	}
	m.blocks = append(m.blocks, block)
	return block
}

func (m *memory) text(text string) *C.char {
	room := m.room(len(text))
	copy(unsafe.Slice((*byte)(room), len(text)), text)
	return (*C.char)(room)
}

func (m *memory) free() {
	for _, block := range m.blocks {
		C.free(block)
	}
	m.blocks = nil
}
