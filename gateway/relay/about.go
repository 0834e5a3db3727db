package relay

import (
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/persistence/contacts"
)

// inMetasWords names the message that a content is about as Meta does. What Meta never
// got is quoted by nothing, as Meta itself would have it; it cannot be marked, which is
// told. Messages that came in, and texts that quote none, cost no query.
func (n sender) inMetasWords(c *wa.Content) (known bool, err error) {
	name := &c.Quoted
	if c.Reaction != nil {
		name = &c.Reaction.Target
	}
	if *name == "" || strings.HasPrefix(string(*name), "wamid.") {
		return true, nil
	}
	*name, err = n.relay.store.Sends.NameAtMeta(n.relay.work.Context(), n.number, *name)
	return *name != "" || c.Reaction == nil, err
}

// learn keeps the further names of a person that Meta's answer told: who was written to
// by a phone may answer under another. If the names are of two contacts, that is shown as
// a suggestion; nothing merges by itself. What is known costs no query.
func (n sender) learn(portfolio wa.PortfolioID, to wa.Alias, sent cloudapi.Sent) {
	aliases := make([]wa.Alias, 0, 3)
	if sent.UserID != "" {
		if alias, ok := wa.ClassifyAddress(sent.UserID); ok {
			aliases = append(aliases, alias)
		}
	}
	if phone := strings.TrimPrefix(sent.WaID, "+"); phone != "" {
		aliases = append(aliases, wa.Alias{Kind: wa.AliasPhone, Value: phone})
	}
	if to.Kind == wa.AliasGroup || len(aliases) == 0 || len(aliases) == 1 && aliases[0] == to {
		return
	}
	r := n.relay
	r.pumps[kindSends].spawn(func() {
		lookup := contacts.Lookup{Portfolio: portfolio, Aliases: append(aliases, to)}
		if _, err := r.store.Directory.Resolve(r.work.Context(), []contacts.Lookup{lookup}); err != nil && r.work.Context().Err() == nil {
			r.cfg.Logger.Warn("names of a person not kept", "phone_number_id", n.number, "error", err)
		}
	})
}
