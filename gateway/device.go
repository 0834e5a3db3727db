package gateway

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// deviceCookie marks a browser from which an account has logged in. It lets
// nobody in: it only keeps strangers' guesses from slowing its owner down.
const (
	deviceCookie = "prosa_device"
	deviceLabel  = "device"
	deviceLife   = 180 * 24 * time.Hour
)

// Sealer encrypts small texts with the installation's key; *persistence.Sealer is
// one. A text opens only under the label that it was sealed with.
type Sealer interface {
	Seal(label, text string) []byte
	Open(label string, sealed []byte) (string, error)
}

func foldEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// attempt says who tries to log in, and from where.
func (s *Server) attempt(r *http.Request, email string) loginAttempt {
	a := loginAttempt{account: foldEmail(email), address: s.callers.Address(r)}
	cookie, err := r.Cookie(deviceCookie)
	if err != nil || s.cfg.Sealer == nil {
		return a
	}
	sealed, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return a
	}
	text, err := s.cfg.Sealer.Open(deviceLabel, sealed)
	if err != nil {
		return a
	}
	at, account, _ := strings.Cut(text, " ")
	since, err := strconv.ParseInt(at, 10, 64)
	if err != nil || account != a.account || time.Since(time.Unix(since, 0)) > deviceLife {
		return a
	}
	sum := sha256.Sum256(sealed)
	a.device = hex.EncodeToString(sum[:8])
	return a
}

// remember gives the browser of somebody who logged in its mark.
func (s *Server) remember(w http.ResponseWriter, r *http.Request, email string) {
	if s.cfg.Sealer == nil {
		return
	}
	sealed := s.cfg.Sealer.Seal(deviceLabel, strconv.FormatInt(time.Now().Unix(), 10)+" "+foldEmail(email))
	cookie := s.cookie(r, base64.RawURLEncoding.EncodeToString(sealed), int(deviceLife/time.Second)) //nolint:gosec // as there
	cookie.Name = deviceCookie
	http.SetCookie(w, cookie)
}
