package guanxi

// #include "bridge.h"
import "C"

import (
	"fmt"
	"runtime"
	"sync"
	"unsafe"
)

// handle is something of C that is freed once, and never while a call is using it.
type handle struct {
	// Read by calls, written by close. Only ever tried for reading: a call that
	// would have to wait for close comes too late, and none can stop another.
	lock    sync.RWMutex
	pointer unsafe.Pointer
	free    func(unsafe.Pointer) C.int32_t
	noun    noun
	// Of what is used by one call at a time: whose turn it is.
	turn *sync.Mutex
}

// noun is what a handle is called.
type noun struct{ english, chinese string }

// newHandle is freed by close, or by the collector.
func newHandle(pointer unsafe.Pointer, free func(unsafe.Pointer) C.int32_t, noun noun) *handle {
	made := &handle{pointer: pointer, free: free, noun: noun}
	runtime.SetFinalizer(made, func(it *handle) { _ = it.close() })
	return made
}

// inTurn makes calls with the handle wait for each other.
func (h *handle) inTurn() *handle {
	h.turn = &sync.Mutex{}
	return h
}

func (h *handle) enter() error {
	if h == nil {
		return misused(C.GX_E_NULL_POINTER, "null_pointer",
			"something that was not made by this package, as nil", "对象为 nil，或不是由本包创建的")
	}
	if !h.lock.TryRLock() {
		return h.closed()
	}
	if h.pointer == nil {
		h.lock.RUnlock()
		return h.closed()
	}
	if h.turn != nil {
		h.turn.Lock()
	}
	return nil
}

func leave(used []*handle) {
	for n := len(used) - 1; n >= 0; n-- {
		if used[n].turn != nil {
			used[n].turn.Unlock()
		}
		used[n].lock.RUnlock()
	}
}

// close frees the handle when the calls that are running have ended; a second time
// does nothing.
func (h *handle) close() error {
	if h == nil {
		return nil
	}
	h.lock.Lock()
	defer h.lock.Unlock()
	pointer := h.pointer
	if pointer == nil {
		return nil
	}
	h.pointer = nil
	runtime.SetFinalizer(h, nil)
	if status := h.free(pointer); status != C.GX_OK {
		return unexplained(status)
	}
	return nil
}

func (h *handle) closed() error {
	return misused(C.GX_E_FREED_HANDLE, "freed_handle",
		fmt.Sprintf("the %s is closed", h.noun.english), h.noun.chinese+"已关闭")
}
