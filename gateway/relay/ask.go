package relay

import (
	"context"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
)

// ask sends one command. An answer that refuses is an answer; a number has none
// but to its throughput and its health.
func (r *Relay) ask(kind, key string, message proto.Message) (*actorpb.Outcome, error) {
	answer, err := r.answer(kind, key, message)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(r.work.Context(), r.cfg.Pauses.Ask)
	defer cancel()
	switch told := message.(type) {
	case *actorpb.RecordThroughput:
		return r.keepRate(ctx, wa.PhoneNumberID(key), answer)
	case *actorpb.RecordNumberHealth:
		return r.keepHealth(ctx, wa.PhoneNumberID(key), told, answer)
	}
	outcome, _ := answer.(*actorpb.Outcome)
	return outcome, nil
}

// answer sends one command and returns what the grain says, whatever its kind.
func (r *Relay) answer(kind, key string, message proto.Message) (proto.Message, error) {
	ctx, cancel := context.WithTimeout(r.work.Context(), r.cfg.Pauses.Ask)
	defer cancel()
	answer, err := r.cfg.Asker.Ask(ctx, kind, key, message)
	if err != nil {
		r.metrics.event(message, "error")
		return nil, err
	}
	r.metrics.event(message, resultOf(answer))
	return answer, nil
}

// resultOf names what a grain did, for counting.
func resultOf(answer any) string {
	o, ok := answer.(*actorpb.Outcome)
	switch {
	case !ok:
		return "done"
	case o.Refusal != "":
		return "refused"
	case o.Already:
		return "already"
	}
	return "done"
}
