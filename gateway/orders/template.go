package orders

import (
	"encoding/json"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
)

// templateBody is a template to send: with values for its variables, or with the
// components of Meta's API. The conversation knows what may be sent under its name.
type templateBody struct {
	Name       string            `json:"name"`
	Language   string            `json:"language" doc:"en_US or en-US"`
	Values     map[string]string `json:"values" doc:"For each variable of the template, by its key" required:"false"`
	Components json.RawMessage   `json:"components" doc:"Instead of values: the components of Meta's API, sent as they are after the same check" required:"false"`
}

func (b *templateBody) order() *actorpb.TemplateOrder {
	t := &actorpb.TemplateOrder{
		Name: wa.CleanText(b.Name), Language: wa.CleanText(b.Language), Components: b.Components,
		Values: make(map[string]string, len(b.Values)),
	}
	for key, value := range b.Values {
		t.Values[wa.CleanText(key)] = wa.CleanText(value)
	}
	return t
}
