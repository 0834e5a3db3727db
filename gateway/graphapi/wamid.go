package graphapi

import (
	"encoding/hex"
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
)

// ours begins what we answer as a message id.
const ours = "wamid.PROSA"

// wamid is an id of ours in the shape of Meta's.
func wamid(id string) wa.MessageID {
	return wa.MessageID(ours + strings.ToUpper(strings.ReplaceAll(id, "-", "")))
}

// messageID is the id that a program means: one of ours, or Meta's as it is.
func messageID(name wa.MessageID) wa.MessageID {
	digits, isOurs := strings.CutPrefix(string(name), ours)
	raw, err := hex.DecodeString(digits)
	if !isOurs || err != nil || len(raw) != 16 {
		return name
	}
	h := hex.EncodeToString(raw)
	return wa.MessageID(h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:])
}
