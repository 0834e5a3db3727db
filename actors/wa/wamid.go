package wa

import (
	"encoding/base64"
	"strings"
)

// MessageKey is what names a message within its conversation, whatever else stands
// in its id. A wamid also holds the address of the person, as phone or as BSUID:
// Meta may name one message by both. Ids of another shape are their own keys.
func (id MessageID) MessageKey() string {
	encoded, ok := strings.CutPrefix(string(id), "wamid.")
	if !ok || len(encoded) > MaxID {
		return string(id)
	}
	var room [MaxID]byte
	n, err := base64.StdEncoding.Decode(room[:], []byte(encoded))
	if err != nil {
		return string(id)
	}
	if key, ok := innerKey(room[:n]); ok {
		return key
	}
	return string(id)
}

// innerKey reads the end of a wamid, which is Thrift's compact form: the person as
// a struct of address and kind, whether the message is ours, the key, an end.
func innerKey(b []byte) (string, bool) {
	const structure, boolTrue, boolFalse, text = 0x1c, 0x11, 0x12, 0x18
	if len(b) < 4 || b[0] != structure || b[1] != text || b[len(b)-1] != 0 {
		return "", false
	}
	b = b[2 : len(b)-1]
	address := int(b[0])
	if len(b) < 1+address+5 {
		return "", false
	}
	b = b[1+address:]
	// The kind of the address is a number of one byte or more; the struct's end follows.
	if b[0] != 0x15 {
		return "", false
	}
	at := 1
	for at < len(b) && b[at] >= 0x80 {
		at++
	}
	at++
	if at+4 > len(b) || b[at] != 0 || b[at+1] != boolTrue && b[at+1] != boolFalse || b[at+2] != text {
		return "", false
	}
	if b = b[at+3:]; len(b) < 9 || int(b[0]) != len(b)-1 {
		return "", false
	}
	return string(b[1:]), true
}

// Same says whether two ids of one conversation name the same message.
func (id MessageID) Same(other MessageID) bool {
	return id == other || id.MessageKey() == other.MessageKey()
}
