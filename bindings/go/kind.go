package guanxi

// #include "bridge.h"
import "C"

import "time"

// Kind is a kind of event at the instant of a review.
type Kind struct {
	Name string
	// Label and LabelZh are what people call it: its name where its author gave none.
	Label, LabelZh string
	// Events had happened by then, to so many Customers.
	Events, Customers int
	// First and Last are when, in UTC; nil where there was none.
	First, Last *time.Time
}

// Kinds gives the kinds of events of the playbook, in the order of names.
func (r *Review) Kinds() (kinds []Kind, err error) {
	err = call(func(fail **C.gx_error) C.int32_t {
		review := r.c()
		for n := C.uint64_t(0); n < C.gx_kind_count(review); n++ {
			var events, customers C.uint64_t
			var first, last C.int64_t
			if status := C.gx_kind_events(review, n, &events, &customers, &first, &last, fail); status != C.GX_OK {
				return status
			}
			kinds = append(kinds, Kind{
				Name:      C.GoString(C.gx_kind_name(review, n)),
				Label:     C.GoString(C.gx_kind_label(review, n, C.GX_EN)),
				LabelZh:   C.GoString(C.gx_kind_label(review, n, C.GX_ZH)),
				Events:    int(events),
				Customers: int(customers),
				First:     momentIf(first),
				Last:      momentIf(last),
			})
		}
		return C.GX_OK
	}, r.held())
	return kinds, err
}

func momentIf(micros C.int64_t) *time.Time {
	if micros == unsaid {
		return nil
	}
	at := moment(micros)
	return &at
}
