package admin

import (
	"errors"

	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// profileBody changes what it names of a profile.
type profileBody struct {
	Skills            *[]string `json:"skills" required:"false" doc:"What the person knows: at most 50 of 40 characters each, none twice"`
	Languages         *[]string `json:"languages" required:"false" doc:"That the person writes: BCP 47, such as pt-BR, es, en"`
	TimeZone          *string   `json:"time_zone" required:"false" doc:"IANA, such as America/Sao_Paulo; empty: not chosen, UTC holds"`
	InterfaceLanguage *string   `json:"interface_language" required:"false" doc:"In which the inbox speaks to the person: pt-BR, en, es; empty: that of the browser"`
}

func (b *profileBody) change() staff.ProfileChange {
	return staff.ProfileChange{Skills: b.Skills, Languages: b.Languages, TimeZone: b.TimeZone, InterfaceLanguage: b.InterfaceLanguage}
}

// ProfileProblem names the field of a profile that cannot be so; another error stays as it is.
func ProfileProblem(err error) error {
	if wrong, ok := errors.AsType[*staff.ProfileError](err); ok {
		return problem.Field(wrong.Field, wrong.Remedy)
	}
	return err
}
