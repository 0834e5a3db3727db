package prosatest

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi/signature"
)

func (d *Desk) Deliver(t *testing.T, posts int, body func(n int) []byte) {
	t.Helper()
	var group errgroup.Group
	group.SetLimit(64)
	for n := range posts {
		group.Go(func() error {
			if status := PostWebhook(t, d.Url, TestSecret, body(n)); status != 200 {
				return fmt.Errorf("webhook %d answered %d", n, status)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
}

func (d *Desk) PostField(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if code := PostWebhook(t, d.Url, TestSecret, FieldSample(t, name)); code != http.StatusOK {
			t.Fatalf("%s: answered %d", name, code)
		}
	}
}

// FieldSample is a body that failed in the field; the right values stand in the
// tests. Its people and ids are invented.
func FieldSample(t *testing.T, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("../../gateway/cloudapi/testdata/field", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// PostWebhook posts a body as Meta does. An empty secret leaves the signature out.
func PostWebhook(t testing.TB, address, secret string, body []byte) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address+"/webhooks/meta", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	if secret != "" {
		req.Header.Set(signature.Header, signature.Sign(secret, body))
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatalf("post webhook: %v", err)
	}
	defer res.Body.Close()
	return res.StatusCode
}

// TextWebhook is a delivery of one text; body is the text as JSON.
func TextWebhook(number wa.PhoneNumberID, id, from, body string) []byte {
	return fmt.Appendf(nil, `{"object":"whatsapp_business_account","entry":[{"id":"21","changes":[{"field":"messages","value":{`+
		`"messaging_product":"whatsapp","metadata":{"display_phone_number":"5511955501002","phone_number_id":"%s"},`+
		`"contacts":[{"profile":{"name":"Cliente %s"},"wa_id":"%s"}],`+
		`"messages":[{"from":"%s","id":"%s","timestamp":"%d","type":"text","text":{"body":%s}}]}}]}]}`,
		number, from, from, from, id, time.Now().Unix(), body)
}
