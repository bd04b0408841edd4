package guanxi

// #include "bridge.h"
import "C"

// Segment is a segment at the instant of a review.
type Segment struct {
	Name string
	// Label and LabelZh are what people call it: its name where its author gave none.
	Label, LabelZh string
	// Members are in it; for so many Errors its condition is an error, and they are
	// not in it.
	Members, Errors int
}

// Segments gives the segments of the playbook, in the order of names.
func (r *Review) Segments() (segments []Segment, err error) {
	err = call(func(fail **C.gx_error) C.int32_t {
		review := r.c()
		for n := C.uint64_t(0); n < C.gx_segment_count(review); n++ {
			var members, errors C.uint64_t
			if status := C.gx_segment_members(review, n, &members, &errors, fail); status != C.GX_OK {
				return status
			}
			segments = append(segments, Segment{
				Name:    C.GoString(C.gx_segment_name(review, n)),
				Label:   C.GoString(C.gx_segment_label(review, n, C.GX_EN)),
				LabelZh: C.GoString(C.gx_segment_label(review, n, C.GX_ZH)),
				Members: int(members),
				Errors:  int(errors),
			})
		}
		return C.GX_OK
	}, r.held())
	return segments, err
}
