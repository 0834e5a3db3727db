package engine

import (
	"context"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi"
	"github.com/prosa-chat/prosa/persistence/numbers"
)

// marker tells Meta that a message was read, in the name of its number.
type marker struct {
	client  *cloudapi.Client
	numbers *numbers.Numbers
	secret  func(app string) string
}

// markTime is how long a program waits for Meta to take its read mark.
const markTime = 5 * time.Second

// MarkRead marks a message and all before it, and with typing shows that an answer is being
// written.
func (m *marker) MarkRead(ctx context.Context, number wa.PhoneNumberID, id wa.MessageID, typing bool) error {
	n, err := m.numbers.Get(ctx, number)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, markTime)
	defer cancel()
	if n.App != "" {
		ctx = cloudapi.ProvedBy(ctx, m.secret(n.App))
	}
	return m.client.MarkRead(ctx, number, n.Token, id, typing)
}
