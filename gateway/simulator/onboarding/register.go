package onboarding

import (
	"crypto/subtle"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

const maxBody = 1 << 16

func (d *Desk) requestCode(w http.ResponseWriter, r *http.Request, n *number) {
	now := d.config.Now()
	query := r.URL.Query()
	switch method := query.Get("code_method"); {
	case method != "SMS" && method != "VOICE":
		(&refusal{status: 400, code: 100, details: "Param code_method must be one of {SMS, VOICE}."}).write(w)
		return
	case query.Get("language") == "":
		(&refusal{status: 400, code: 100, details: "The parameter language is required."}).write(w)
		return
	case d.Live(n.ID):
		(&refusal{status: 400, code: 136024, details: "The number is verified already."}).write(w)
		return
	case n.lockedUntil().After(now), n.asked >= codes:
		if n.asked >= codes {
			n.lockedAt, n.asked = now, 0
		}
		(&refusal{status: 400, code: 136024, details: "You have requested the code too many times. Try again later."}).write(w)
		return
	}
	n.code, n.codeAt, n.asked = d.config.Digits(6), now, n.asked+1
	d.config.Tell(n.Display, n.code)
	done(w)
}

func (n *number) lockedUntil() time.Time {
	if n.lockedAt.IsZero() {
		return time.Time{}
	}
	return n.lockedAt.Add(lockedFor)
}

func (d *Desk) verifyCode(w http.ResponseWriter, r *http.Request, n *number) {
	now := d.config.Now()
	var body struct {
		Code string `json:"code"`
	}
	if !decode(w, r, &body) {
		return
	}
	code := strings.ReplaceAll(body.Code, "-", "")
	switch {
	case n.lockedUntil().After(now):
		(&refusal{status: 400, code: 136024, details: "You have guessed too many times. Try again later."}).write(w)
	case n.code == "" || now.After(n.codeAt.Add(codeLives)):
		(&refusal{status: 400, code: 136025, details: "The code has expired. Request a new one."}).write(w)
	case subtle.ConstantTimeCompare([]byte(code), []byte(n.code)) == 0:
		if n.wrongCodes++; n.wrongCodes >= guesses {
			n.wrongCodes, n.code, n.lockedAt = 0, "", now
		}
		(&refusal{status: 400, code: 136025, details: "The code that you entered is incorrect."}).write(w)
	default:
		n.verified, n.code, n.asked, n.wrongCodes = true, "", 0, 0
		done(w)
	}
}

func (d *Desk) register(w http.ResponseWriter, r *http.Request, n *number) {
	now := d.config.Now()
	var body struct {
		Product string `json:"messaging_product"`
		PIN     string `json:"pin"`
	}
	if !decode(w, r, &body) {
		return
	}
	n.tried = slices.DeleteFunc(n.tried, func(at time.Time) bool { return now.Sub(at) >= registerSpan })
	switch {
	case body.Product != "whatsapp":
		(&refusal{status: 400, code: 100, details: "The parameter messaging_product is required."}).write(w)
	case len(body.PIN) != 6 || strings.Trim(body.PIN, "0123456789") != "":
		(&refusal{status: 400, code: 100, details: "Param pin must be 6 characters long."}).write(w)
	case len(n.tried) >= registrations:
		(&refusal{status: 400, code: 133016, details: "Too many attempts for this phone number in a short period of time."}).write(w)
	case !n.verified:
		(&refusal{status: 400, code: 133006, details: "The phone number needs to be verified before registering."}).write(w)
	case !n.pinLocked.IsZero() && now.Before(n.pinLocked.Add(lockedFor)):
		(&refusal{status: 400, code: 133008, details: "Too many two step verification PIN guesses for this phone number."}).write(w)
	case n.PIN != "" && subtle.ConstantTimeCompare([]byte(body.PIN), []byte(n.PIN)) == 0:
		n.tried = append(n.tried, now)
		if n.wrongPINs++; n.wrongPINs >= guesses {
			n.wrongPINs, n.pinLocked = 0, now
		}
		(&refusal{status: 400, code: 133005, details: "Two step verification PIN incorrect."}).write(w)
	default:
		n.tried, n.PIN, n.wrongPINs = append(n.tried, now), body.PIN, 0
		d.goLive(n.ID)
		done(w)
	}
}

func decode(w http.ResponseWriter, r *http.Request, into any) bool {
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		(&refusal{status: 400, code: 100, details: "The request is not valid JSON of the expected types."}).write(w)
	}
	return err == nil
}
