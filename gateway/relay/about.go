package relay

import (
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
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
