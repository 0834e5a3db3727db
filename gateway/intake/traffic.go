package intake

import (
	"encoding/json"

	"github.com/prosa-chat/prosa/actors/actorpb"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/persistence/fleet"
)

// beat remembers that webhooks about numbers came, and counts what they tell. It is
// stored with others; the router does not wait for the store.
func (a *Applier) beat(plan *routing) {
	if a.store.Fleet == nil {
		return
	}
	for n, it := range plan.items {
		if it != nil && it.row != nil {
			a.store.Fleet.Received(it.number, it.row.ReceivedAt)
			if t := tallyOf(it); t != (fleet.Tally{}) {
				a.store.Fleet.Count(it.number, it.row.ReceivedAt, t)
			}
			continue
		}
		if echoes := echoesIn(plan.arrivals[n].event); echoes > 0 && plan.numbers[n].ID != "" {
			a.store.Fleet.Count(plan.numbers[n].ID, plan.cameAt(n), fleet.Tally{Echoes: echoes})
		}
	}
}

func tallyOf(it *item) (t fleet.Tally) {
	switch m := it.message.(type) {
	case *actorpb.ReceiveInbound:
		t.Received = 1
	case *actorpb.RecordStatus:
		if m.Status == string(wa.StatusFailed) {
			t.Failed = 1
		}
	}
	return t
}

// echoesIn counts messages that were written on the phone of a number with coexistence;
// edits and revocations are none.
func echoesIn(event *cloudapi.Event) (n int) {
	if event.Kind != cloudapi.KindField || event.Field.Name != "smb_message_echoes" {
		return 0
	}
	var value struct {
		Echoes []struct {
			Type string `json:"type"`
		} `json:"message_echoes"`
	}
	if json.Unmarshal(event.Field.Raw, &value) != nil {
		return 0
	}
	for _, echo := range value.Echoes {
		if echo.Type != "edit" && echo.Type != "revoke" {
			n++
		}
	}
	return n
}
