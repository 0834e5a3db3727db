package relay

import (
	"context"

	"google.golang.org/protobuf/proto"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
)

// ask sends one command. An answer that refuses is an answer; a number has none
// but to its throughput, its health and what it holds back.
func (r *Relay) ask(kind, key string, message proto.Message) (*actorpb.Outcome, error) {
	answer, err := r.answer(kind, key, message)
	if err != nil {
		return nil, err
	}
	switch message.(type) {
	case *actorpb.RecordThroughput, *actorpb.RecordNumberHealth, *actorpb.HoldNumber, *actorpb.ReleaseNumber:
		return r.keep(wa.PhoneNumberID(key), message, answer)
	}
	outcome, _ := answer.(*actorpb.Outcome)
	return outcome, nil
}

// keep stores what a number answers to news of its throughput or its health.
func (r *Relay) keep(number wa.PhoneNumberID, message, answer proto.Message) (*actorpb.Outcome, error) {
	ctx, cancel := context.WithTimeout(r.work.Context(), r.cfg.Pauses.Ask)
	defer cancel()
	switch told := message.(type) {
	case *actorpb.RecordNumberHealth:
		return r.keepHealth(ctx, number, told, answer)
	case *actorpb.HoldNumber, *actorpb.ReleaseNumber:
		return r.keepHold(ctx, number, answer)
	}
	return r.keepRate(ctx, number, answer)
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
