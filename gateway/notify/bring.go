package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/prosa-chat/prosa/gateway/cloudapi/signature"
	"github.com/prosa-chat/prosa/gateway/mail"
	"github.com/prosa-chat/prosa/gateway/outward"
	"github.com/prosa-chat/prosa/persistence/notice"
)

// bring gives a letter to its receiver.
func (n *Notifier) bring(ctx context.Context, d *notice.Delivery) error {
	if d.Channel == notice.Mail {
		if n.cfg.Mail == nil {
			return fmt.Errorf("%w: no mail server is configured here: set PROSA_SMTP_URL", mail.ErrRefused)
		}
		return n.cfg.Mail.Send(ctx, d.ID, d.Address, d.Subject, d.Text)
	}
	body := []byte(d.Text)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.Address, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%w: %w", outward.ErrForbidden, err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "Prosa")
	r.Header.Set("X-Prosa-Delivery", d.ID)
	r.Header.Set("X-Prosa-Signature-256", signature.Sign(d.Secret, body))
	answer, err := n.client.Do(r)
	if err != nil {
		if named, ok := errors.AsType[*url.Error](err); ok {
			err = named.Err // an address may hold a secret, and this is logged
		}
		return fmt.Errorf("call the webhook: %w", err)
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, 64<<10) // so that the connection can be used again
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return fmt.Errorf("the webhook answers %s, want 2xx", answer.Status)
	}
	return nil
}
