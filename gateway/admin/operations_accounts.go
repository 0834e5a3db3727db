package admin

import (
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/gateway/view"
)

// accountOperations describe people, teams, jobs, settings and what the intake could
// not apply.
func accountOperations() []rest.Operation {
	return []rest.Operation{
		{
			Method: "POST", Path: "/api/v1/agents",
			Summary:   "Make an account with a password (admin, no key)",
			Detail:    "A program invites instead: what a key was given ends with it.",
			Body:      newAgentBody{},
			NeedsBody: true,
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: view.Agent{}},
			},
		},
		{
			Method: "POST", Path: "/api/v1/teams",
			Summary:   "Make a team or rename it (admin)",
			Body:      teamBody{},
			NeedsBody: true,
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: view.Team{}},
			},
		},
		{
			Method: "GET", Path: "/api/v1/intake/problems",
			Summary: "Webhook events that could not be applied (admin)",
			Params: []rest.Param{
				{Name: "state", In: "query", Doc: "failed (default), parked, stored or replayed"},
				{Name: "before", In: "query", Doc: "Older than this id", Type: 0},
				{Name: "limit", In: "query", Doc: "1 to 200, default 50", Type: 0},
			},
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: problemList{}},
			},
		},
		{
			Method: "POST", Path: "/api/v1/intake/problems/{id}/replay",
			Summary: "Apply it once more (admin)",
			Params: []rest.Param{
				{Name: "id", In: "path", Doc: "Problem id", Type: 0},
			},
			Answers: []rest.Answer{
				{Status: 204, Doc: "Handed to the relay"},
			},
		},
		{
			Method: "GET", Path: "/api/v1/unmatched",
			Summary: "Statuses of messages that nobody knows (admin)",
			Params: []rest.Param{
				{Name: "limit", In: "query", Doc: "1 to 200, default 50", Type: 0},
			},
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: unmatchedList{}},
			},
		},
		{
			Method: "POST", Path: "/api/v1/agents/{agent}/disable",
			Summary: "End an account and its sessions (admin), and hand its conversations over: to the named agent, as far as he works for their teams, or to the queue of the named team; by default each goes to the queue of its own",
			Params: []rest.Param{
				{Name: "agent", In: "path"},
			},
			Body: DisableBody{},
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: ChangedView{}},
			},
		},
		{
			Method: "PATCH", Path: "/api/v1/agents/{agent}",
			Summary: "Change name, role, teams, limits or profile of an account (admin): its sessions have the new rights at once; conversations that the person may own no more go to the queues of their teams",
			Params: []rest.Param{
				{Name: "agent", In: "path"},
			},
			Body: changeAgentBody{},
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: ChangedView{}},
			},
		},
		{
			Method: "POST", Path: "/api/v1/agents/{agent}/enable",
			Summary: "Let an account in again, with the password that it had (admin)",
			Params: []rest.Param{
				{Name: "agent", In: "path"},
			},
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: ChangedView{}},
			},
		},
		{
			Method: "GET", Path: "/api/v1/jobs",
			Summary: "What touches many conversations and is done by and by, the newest first (admin)",
			Params: []rest.Param{
				{Name: "limit", In: "query", Doc: "1 to 200; default 50", Type: 0},
			},
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: jobListView{}},
			},
		},
		{
			Method: "GET", Path: "/api/v1/jobs/{id}",
			Summary: "One job and what became of each conversation (admin)",
			Params: []rest.Param{
				{Name: "id", In: "path", Type: 0},
				{Name: "after", In: "query", Doc: "next of the answer before"},
				{Name: "limit", In: "query", Doc: "1 to 1000; default 100", Type: 0},
			},
			Answers: []rest.Answer{
				{Status: 200, Doc: "OK", Of: JobView{}},
			},
		},
	}
}
