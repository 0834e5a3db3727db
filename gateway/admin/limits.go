package admin

import (
	"errors"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// limitsBody says what a seat that is to be sees of its teams.
type limitsBody struct {
	Numbers []wa.PhoneNumberID `json:"numbers" required:"false" doc:"The numbers that the person works with; none: all that the teams allow. Administrators and auditors have none"`
	OwnOnly bool               `json:"own_only" required:"false" doc:"The person sees the conversations that he owns, and no others; agents only"`
}

func (b *limitsBody) limits() staff.Limits {
	return staff.Limits{Numbers: cleanNumbers(b.Numbers), OwnOnly: b.OwnOnly}
}

// cleanNumbers makes of whatever was sent something that can be looked for.
func cleanNumbers(ids []wa.PhoneNumberID) []wa.PhoneNumberID {
	clean := make([]wa.PhoneNumberID, len(ids))
	for i, id := range ids {
		clean[i] = wa.PhoneNumberID(wa.CleanText(string(id)))
	}
	return clean
}

// limitProblem names the limit that a seat cannot have; nil: the error is another.
func limitProblem(err error) error {
	switch {
	case errors.Is(err, staff.ErrNoNumber):
		return problem.Field("numbers", "want ids of numbers that the company has; see /api/v1/numbers")
	case errors.Is(err, staff.ErrUnlimited):
		return problem.Field("numbers", "administrators, auditors and keys with the right admin see all numbers: leave it empty, or choose another role or right")
	case errors.Is(err, staff.ErrOnlyAgents):
		return problem.Field("own_only", "only an agent can be limited to his own conversations: send false, or choose the role agent")
	}
	return nil
}
