package relay

import (
	"cmp"
	"context"
	"errors"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/background"
	"github.com/prosa-chat/prosa/persistence"
	"github.com/prosa-chat/prosa/persistence/jobs"
)

const (
	jobLot     = 100
	jobsAtOnce = 16
)

// Kinds of the work that touches many conversations, and many numbers.
const (
	kindJobs  = "job"
	kindHolds = "hold"
)

// jobKind carries on what touches many conversations or numbers, lot after lot. A job is
// one member's until its lease ends; what that member had begun is then begun again,
// for each command says "already" the second time. A member does one of each lane at a
// time: it may claim again what it has.
func jobKind(r *Relay, name string, lane jobs.Lane) kind[jobs.Job] {
	return kind[jobs.Job]{
		name: name, slots: 1, pause: r.cfg.Pauses.Sweep,
		claim: func(ctx context.Context, _ string, _ int) (lot[jobs.Job], error) {
			if r.store.Jobs == nil {
				return lot[jobs.Job]{}, nil
			}
			job, err := r.store.Jobs.Claim(ctx, r.cfg.Member, lane)
			if errors.Is(err, persistence.ErrNotFound) {
				return lot[jobs.Job]{}, nil
			}
			return lot[jobs.Job]{work: []jobs.Job{job}}, err
		},
		run: func(ctx context.Context, job *jobs.Job) error {
			if err := r.runJob(ctx, job); err != nil && !errors.Is(err, jobs.ErrLost) {
				return err // the next try comes with a poll, not at once
			}
			return nil
		},
		outcome: func(context.Context, *jobs.Job) *telling {
			r.wake(name, "") // the next one
			return nil
		},
	}
}

// runJob works until nothing is left, or all that is left has to wait.
func (r *Relay) runJob(ctx context.Context, job *jobs.Job) error {
	for {
		lot, ended, err := r.store.Jobs.Lot(ctx, job, r.cfg.Member, jobLot)
		switch {
		case err != nil:
			return err
		case ended:
			r.cfg.Logger.Info("job ended", "job", job.ID, "kind", job.Kind, "tenant", job.TenantID)
			return nil
		case len(lot) == 0:
			return nil
		}
		results := make([]jobs.Item, len(lot))
		background.InParallel(lot, jobsAtOnce, func(n int) {
			switch job.Kind {
			case jobs.KindTeamGone:
				results[n] = r.leaveTeam(job, lot[n].Item)
			case jobs.KindHold:
				results[n] = r.holdNumber(job, lot[n].Item)
			default:
				results[n] = r.handOver(job, &lot[n])
			}
		})
		if ctx.Err() != nil {
			return ctx.Err() // what was answered meanwhile is found so by whoever goes on
		}
		if err := r.store.Jobs.Record(ctx, job, r.cfg.Member, results); err != nil {
			return err
		}
	}
}

// orderedBy is who gives the orders of a job.
func orderedBy(job *jobs.Job) *actorpb.Actor {
	return &actorpb.Actor{AgentId: string(job.By), Name: job.ByName, TenantId: string(job.TenantID), Role: actorpb.Role_ROLE_ADMIN, AllTeams: true}
}

// leaveTeam brings one conversation of a team that is gone to the team that came after
// it: with its owner if he may own it there, else to the queue.
func (r *Relay) leaveTeam(job *jobs.Job, conversation string) jobs.Item {
	move := &actorpb.Transfer{By: orderedBy(job), TeamId: string(job.HandOver.ToTeam), OnlyFromTeam: job.Key, KeepOwner: true}
	answer, err := r.ask(wa.ConversationKind, conversation, move)
	if err == nil && mayNotOwn(answer.GetRefusal()) {
		move.KeepOwner = false
		answer, err = r.ask(wa.ConversationKind, conversation, move)
	}
	return r.became(job, conversation, cmp.Or(answer.GetOwner().GetId(), "queue"), answer, err)
}

// handOver passes one conversation on: to the agent who was named, or, if he may
// not own it, and if none was named, to a queue. It takes it from the person of
// the job alone: whoever owns it since keeps it.
func (r *Relay) handOver(job *jobs.Job, task *jobs.Task) jobs.Item {
	to, conversation := &job.HandOver, task.Item
	pass := &actorpb.Transfer{By: orderedBy(job), TeamId: string(to.ToTeam), OnlyFrom: job.Key}
	result := cmp.Or(string(to.ToTeam), "queue")
	switch {
	case task.To != "":
		pass.To = &actorpb.Party{Kind: actorpb.Party_KIND_AGENT, Id: string(task.To)}
		result = string(task.To)
	case to.ToAgent != "":
		pass.To = &actorpb.Party{Kind: actorpb.Party_KIND_AGENT, Id: string(to.ToAgent), Name: to.ToAgentName}
		result = string(to.ToAgent)
	}
	answer, err := r.ask(wa.ConversationKind, conversation, pass)
	if err == nil && pass.To != nil && mayNotOwn(answer.GetRefusal()) {
		pass.To, result = nil, "queue"
		answer, err = r.ask(wa.ConversationKind, conversation, pass)
	}
	return r.became(job, conversation, result, answer, err)
}

// became is the item of a conversation that a job asked something of.
func (r *Relay) became(job *jobs.Job, conversation, result string, answer *actorpb.Outcome, err error) jobs.Item {
	switch {
	case err != nil:
		r.cfg.Logger.Warn("conversation not handed over", "job", job.ID, "conversation", conversation, "error", err)
		return jobs.Item{Item: conversation, State: jobs.JobFailed, Result: "unavailable"}
	case answer.GetRefusal() != "":
		return jobs.Item{Item: conversation, State: jobs.JobFailed, Result: answer.GetRefusal()}
	case answer.GetAlready():
		result = "already"
	}
	return jobs.Item{Item: conversation, State: jobs.JobDone, Result: result}
}

// mayNotOwn says whether a refusal is about whom the conversation was to go to.
func mayNotOwn(refusal string) bool {
	return refusal == code.SeatClosed || refusal == code.NotInTeam || refusal == code.NotForNumber
}

// reviveJobs takes up again what came to a team after its job had ended.
func (r *Relay) reviveJobs(ctx context.Context) {
	if r.store.Jobs == nil {
		return
	}
	n, err := r.store.Jobs.Revive(ctx)
	switch {
	case err != nil && ctx.Err() == nil:
		r.cfg.Logger.Warn("jobs of teams that are gone were not looked for", "error", err)
	case n > 0:
		r.wake(kindJobs, "")
	}
}

// pruneJobs removes jobs that ended long ago.
func (r *Relay) pruneJobs(ctx context.Context) {
	if r.store.Jobs == nil {
		return
	}
	if _, err := r.store.Jobs.Prune(ctx); err != nil && ctx.Err() == nil {
		r.cfg.Logger.Warn("old jobs not removed", "error", err)
	}
}
