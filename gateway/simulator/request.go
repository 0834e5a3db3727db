package simulator

import (
	"encoding/json"
	"errors"
	"strconv"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/gateway/cloudapi/sendbody"
)

func itoa(n int) string { return strconv.Itoa(n) }

// content reads what a send says, or why Meta would refuse it.
func content(r *sendbody.Body) (wa.Content, *graphError) {
	c := r.Content(func(raw json.RawMessage) []wa.Card { return cloudapi.Cards(raw) })
	switch {
	case c.Kind == wa.KindUnsupported:
		return c, newError(100, "Param type has a value that is not allowed.")
	case c.Kind == wa.KindTemplate:
		if r.Template == nil || r.Template.Name == "" || r.Template.Language.Code == "" {
			return c, newError(131008, "The parameters template.name and template.language.code are required.")
		}
		return c, nil
	}
	err := c.Sendable()
	limit, bounded := errors.AsType[*wa.LimitError](err)
	switch {
	case err == nil:
		return c, nil
	case errors.Is(err, wa.ErrEmptyText):
		return c, newError(100, "The parameter text.body is required.")
	case errors.Is(err, wa.ErrTextTooLong):
		return c, newError(100, "Param text['body'] must be at most 4096 characters long.")
	case bounded && limit.Rule == wa.RuleMissing:
		return c, newError(131008, "Required parameter is missing: "+limit.Error())
	}
	return c, newError(131009, "Parameter value is not valid: "+err.Error())
}
