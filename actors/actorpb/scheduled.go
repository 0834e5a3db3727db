package actorpb

// ReasonCancelled is why a scheduled send does not leave that a person has cancelled.
const ReasonCancelled = "cancelled"

// Scheduled are those of the sends that wait for their time, in the order in which they
// were written.
func Scheduled(sends []*OpenSend) []*OpenSend {
	var some []*OpenSend
	for _, o := range sends {
		if o.GetState() == OpenSend_STATE_SCHEDULED {
			some = append(some, o)
		}
	}
	return some
}
