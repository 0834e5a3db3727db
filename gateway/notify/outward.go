package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	"github.com/prosa-chat/prosa/gateway/cloudapi/signature"
	"github.com/prosa-chat/prosa/gateway/mail"
	"github.com/prosa-chat/prosa/persistence/notice"
)

// errForbidden says that an address is not one of the open internet. Whoever may set a
// webhook must not reach through us what stands behind our walls.
var errForbidden = errors.New("the address is of a private network")

// outward makes a client that reaches the open internet alone, looked at after names
// were resolved, and follows nobody elsewhere.
func outward(private bool) *http.Client {
	carrier := netip.MustParsePrefix("100.64.0.0/10") // RFC 6598: shared, and private too
	dialer := &net.Dialer{Timeout: 10 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		ip := at.Addr().Unmap()
		if !private && (!ip.IsGlobalUnicast() || ip.IsPrivate() || carrier.Contains(ip)) {
			return errForbidden
		}
		return nil
	}}
	return &http.Client{
		Timeout:       20 * time.Second,
		Transport:     &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: 10 * time.Second, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

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
		return fmt.Errorf("%w: %w", errForbidden, err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "Prosa")
	r.Header.Set("X-Prosa-Delivery", d.ID)
	r.Header.Set("X-Prosa-Signature-256", signature.Sign(d.Secret, body))
	answer, err := n.client.Do(r)
	if err != nil {
		return fmt.Errorf("call the webhook: %w", err)
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, 64<<10) // so that the connection can be used again
	if answer.StatusCode < 200 || answer.StatusCode > 299 {
		return fmt.Errorf("the webhook answers %s, want 2xx", answer.Status)
	}
	return nil
}
