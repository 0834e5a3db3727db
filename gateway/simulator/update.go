package simulator

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/prosa-chat/prosa/actors/wa"
)

// object is a JSON object; its keys are written in alphabetical order.
type object = map[string]any

// update is one item of a webhook.
type update struct {
	number   *number
	field    string // of the change: messages, smb_message_echoes
	part     string // key of its list: messages, statuses, message_echoes
	contact  object // the person; nil for failed statuses
	item     object
	account  object // value of a field of the account, alone in its change
	label    string // for the log, without content
	lane     uint32
	accepted func() // called with the lock held
}

// laneOf spreads chats over lanes; the updates of one stay in order.
func laneOf(id wa.PhoneNumberID, phone string) uint32 {
	hash := fnv.New32a()
	hash.Write([]byte(id))
	hash.Write([]byte(phone))
	return hash.Sum32()
}

// newPost writes the body of a delivery: neighbouring updates of one number and
// field share a value, as Meta's batches do.
func (s *Simulator) newPost(updates []*update) *post {
	var entries []object
	for i := 0; i < len(updates); {
		first := updates[i]
		end := i + 1
		for end < len(updates) && updates[end].number == first.number && updates[end].field == first.field && first.account == nil {
			end++
		}
		value := first.account
		if value == nil {
			value = newValue(updates[i:end])
		}
		entries = append(entries, object{
			"id":      string(first.number.AccountID),
			"changes": []object{{"field": first.field, "value": value}},
		})
		i = end
	}
	body, err := json.Marshal(object{"object": "whatsapp_business_account", "entry": entries})
	if err != nil {
		// Only raw content of a test can be unfit: the item is dropped loudly.
		s.logger.Error("encode webhook", "error", err)
		body = []byte(`{"object":"whatsapp_business_account","entry":[]}`)
	}
	return &post{body: escapeNonASCII(body), updates: updates}
}

func newValue(updates []*update) object {
	n := updates[0].number
	value := object{
		"messaging_product": "whatsapp",
		"metadata":          object{"display_phone_number": n.Display, "phone_number_id": string(n.ID)},
	}
	seen := map[string]bool{}
	var contacts []object
	for _, u := range updates {
		list, _ := value[u.part].([]object)
		value[u.part] = append(list, u.item)
		if u.contact == nil {
			continue
		}
		if id := fmt.Sprint(u.contact["wa_id"], u.contact["user_id"]); !seen[id] {
			seen[id] = true
			contacts = append(contacts, u.contact)
		}
	}
	if contacts != nil {
		value["contacts"] = contacts
	}
	return value
}

// contact is the person as contacts[] names them.
func (p *Phone) contact() object {
	profile := object{}
	if p.Name != "" {
		profile["name"] = p.Name
	}
	if p.Username != "" {
		profile["username"] = p.Username
	}
	c := object{"profile": profile}
	setIf(c, "wa_id", p.visibleWaID())
	setIf(c, "user_id", p.BSUID)
	return c
}

// setIf leaves absent what is empty, as Meta does since February 2026.
func setIf(o object, key, value string) {
	if value != "" {
		o[key] = value
	}
}

// escapeNonASCII writes JSON in Meta's way: \uXXXX for all beyond ASCII. The
// signature is over these bytes.
func escapeNonASCII(body []byte) []byte {
	out := make([]byte, 0, len(body)+16)
	for i := 0; i < len(body); {
		if body[i] < utf8.RuneSelf {
			out = append(out, body[i])
			i++
			continue
		}
		r, size := utf8.DecodeRune(body[i:])
		i += size
		if high, low := utf16.EncodeRune(r); high != utf8.RuneError {
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
			continue
		}
		out = fmt.Appendf(out, `\u%04x`, r)
	}
	return out
}
