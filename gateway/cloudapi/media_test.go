package cloudapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMediaInfo(t *testing.T) {
	t.Parallel()
	client, _ := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v25.0/1234567890" || r.URL.Query().Get("phone_number_id") != "100" || r.Header.Get("Authorization") != "Bearer token" {
			t.Errorf("asked %s with %q", r.URL, r.Header.Get("Authorization"))
		}
		_, _ = io.WriteString(w, `{"messaging_product":"whatsapp","url":"https://lookaside.fbsbx.com/x","mime_type":"image/jpeg",
			"sha256":"ab","file_size":"303833","id":"1234567890"}`)
	})
	got, err := client.Media(t.Context(), "100", "token", "1234567890")
	want := MediaInfo{URL: "https://lookaside.fbsbx.com/x", MIME: "image/jpeg", SHA256: "ab", Size: 303833}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestDownloadInPieces(t *testing.T) {
	t.Parallel()
	whole := []byte("0123456789")
	client, server := newServer(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Authorization") != "Bearer token":
			w.WriteHeader(http.StatusUnauthorized)
		case r.URL.Path == "/moved":
			http.Redirect(w, r, "/file", http.StatusFound)
		case r.URL.Path == "/gone":
			http.NotFound(w, r)
		case r.URL.Path == "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		default:
			_, _ = w.Write(whole)
		}
	})
	for path, want := range map[string][]string{"/file": {"0123", "4567", "89"}, "/moved": {"0123", "4567", "89"}, "/gone": nil, "/round": nil} {
		var pieces []string
		size, sum, err := client.Download(t.Context(), "token", server.URL+path, 10, make([]byte, 4), func(piece []byte) error {
			pieces = append(pieces, string(piece))
			return nil
		})
		if diff := cmp.Diff(want, pieces); diff != "" || (err != nil) != (want == nil) {
			t.Errorf("%s: %v (-want +got):\n%s", path, err, diff)
		}
		if want != nil && (size != 10 || sum != sha256.Sum256(whole)) {
			t.Errorf("%s: %d bytes with another sum", path, size)
		}
	}
	_, _, err := client.Download(t.Context(), "token", server.URL+"/file", 9, make([]byte, 4), func([]byte) error { return nil })
	if !errors.Is(err, ErrMediaTooLarge) {
		t.Errorf("longer than the limit: %v; want ErrMediaTooLarge", err)
	}
}

// A token must never reach a host that is not Meta's, whoever names it.
func TestTokenStaysWithMeta(t *testing.T) {
	t.Parallel()
	var reached atomic.Int32
	foreign := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	t.Cleanup(foreign.Close)
	client, server := newServer(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, foreign.URL, http.StatusFound) })
	for _, address := range []string{foreign.URL, server.URL + "/sends-elsewhere"} {
		_, _, err := client.Download(t.Context(), "token", address, 10, make([]byte, 4), func([]byte) error { return nil })
		if !errors.Is(err, ErrForeignHost) {
			t.Errorf("%s: %v; want ErrForeignHost", address, err)
		}
	}
	if reached.Load() != 0 {
		t.Error("the foreign host was asked")
	}
	for address, want := range map[string]bool{
		"https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1": true, "https://mmg.whatsapp.net/x": true,
		"https://graph.facebook.com/x": true, "https://LOOKASIDE.FBSBX.COM:443/x": true, server.URL + "/x": true,
		"http://lookaside.fbsbx.com/x": false, "https://lookaside.fbsbx.com:8443/x": false, "https://evilfbsbx.com/x": false,
		"https://fbsbx.com.evil.example/x": false, "https://user@lookaside.fbsbx.com/x": false, "https://10.0.0.1/x": false,
		"ftp://facebook.com/x": false, "https:///x": false, "file:///etc/passwd": false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := client.trusts(u); got != want {
			t.Errorf("trusts %s: %v", address, got)
		}
	}
}

func TestSameSum(t *testing.T) {
	t.Parallel()
	sum := sha256.Sum256([]byte("file"))
	other := bytes.Repeat([]byte{1}, 32)
	for told, want := range map[string]bool{
		"": true, hex.EncodeToString(sum[:]): true, base64.StdEncoding.EncodeToString(sum[:]): true,
		base64.RawStdEncoding.EncodeToString(sum[:]): true, hex.EncodeToString(other): false,
		base64.StdEncoding.EncodeToString(other): false, "nonsense": false,
	} {
		if got := SameSum(sum, told); got != want {
			t.Errorf("%q is the same sum: %v", told, got)
		}
	}
}

// Code 100 is any parameter of ours: only what is told of the object counts
// against the file, and only without the number that was named beside it.
func TestMediaRefusals(t *testing.T) {
	t.Parallel()
	const (
		noObject = `{"error":{"message":"Unsupported get request. Object with ID '12' does not exist","code":100,"error_subcode":33}}`
		noPhone  = `{"error":{"message":"(#100) Param phone_number_id must be a valid ID","code":100}}`
		noProof  = `{"error":{"message":"Invalid appsecret_proof provided in the API argument","code":100}}`
		noToken  = `{"error":{"message":"Error validating access token","code":190}}`
	)
	for name, c := range map[string]struct {
		with, without string // the number; "": the file
		calls         int32
		found, gone   bool
	}{
		"the number is refused":  {with: noPhone, calls: 2, found: true},
		"an object was meant":    {with: noObject, calls: 2, found: true},
		"there is no such file":  {with: noObject, without: noObject, calls: 2, gone: true},
		"our proof is refused":   {with: noProof, without: noProof, calls: 2},
		"the token is refused":   {with: noToken, calls: 1},
		"nothing else is wanted": {calls: 1, found: true},
	} {
		var calls atomic.Int32
		client, _ := newServer(t, func(w http.ResponseWriter, r *http.Request) {
			calls.Add(1)
			answer := c.without
			if r.URL.Query().Has("phone_number_id") {
				answer = c.with
			}
			if answer == "" {
				_, _ = io.WriteString(w, `{"url":"https://lookaside.fbsbx.com/x","id":"12"}`)
				return
			}
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, answer)
		})
		info, err := client.Media(t.Context(), "100", "token", "12")
		refused, _ := errors.AsType[*SendError](err)
		if (info.URL != "") != c.found || calls.Load() != c.calls || (refused != nil && refused.NoSuchObject()) != c.gone {
			t.Errorf("%s: %+v, %v after %d calls", name, info, err, calls.Load())
		}
	}
}
