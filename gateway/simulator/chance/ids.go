package chance

import (
	"encoding/base64"
	"encoding/hex"
	"math/rand/v2"
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
)

// IDs makes ids of Meta's looks, repeatable from its seed.
type IDs struct {
	random *rand.Rand
}

// NewIDs makes them from a seed.
func NewIDs(seed int64) *IDs {
	return &IDs{rand.New(rand.NewPCG(uint64(seed), 0x70726f7361))} // repeatable on purpose
}

// WAMID looks like Meta's: base64 of a header, the address of the person, the
// direction and 16 random bytes as hex, which name the message (wa.MessageKey).
func (m *IDs) WAMID(address string, outgoing bool) wa.MessageID {
	direction := byte(0x12)
	if outgoing {
		direction = 0x11
	}
	raw := append([]byte{0x1c, 0x18, byte(len(address))}, address...)
	raw = append(raw, 0x15, 0x02, 0x00, direction, 0x18, 0x20)
	var random [16]byte
	for i := range random {
		random[i] = byte(m.random.Uint32())
	}
	raw = append(raw, strings.ToUpper(hex.EncodeToString(random[:]))...)
	return wa.MessageID("wamid." + base64.StdEncoding.EncodeToString(append(raw, 0)))
}

// Digits makes an id of n digits that does not begin with 0.
func (m *IDs) Digits(n int) string {
	text := make([]byte, n)
	for i := range text {
		text[i] = byte('0' + m.random.IntN(10))
	}
	if text[0] == '0' {
		text[0] = '7'
	}
	return string(text)
}
