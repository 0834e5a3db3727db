package connection

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi/onboarding"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence/audit"
	"github.com/prosa-chat/prosa/persistence/staff"
)

const (
	codeLives = 10 * time.Minute
	// guesses is how many wrong codes or PINs Meta is known to bear before it takes no
	// more for some hours. It says no figure itself, and is asked beyond it all the same.
	guesses = 3
	digits  = "0123456789"
)

// NumberBody is the second step.
type NumberBody struct {
	ID wa.PhoneNumberID `json:"id" doc:"Meta's phone number id"`
}

// Number chooses a number of the account.
func (w *Wizard) Number(rw http.ResponseWriter, r *http.Request, who staff.Session) error {
	d, err := w.at(r.Context(), &who.Person, stepNumber)
	if err != nil {
		return err
	}
	r = r.WithContext(w.provedBy(r.Context(), d.Through))
	var in NumberBody
	if err := rest.Decode(rw, r, &in); err != nil {
		return err
	}
	if in.ID == "" || len(in.ID) > 20 || strings.Trim(string(in.ID), digits) != "" {
		return problem.Field("id", "want Meta's id of the number: up to 20 digits, no phone number and no sign")
	}
	d.Number, d.Code, d.PinTries, d.Subscribed = nil, nil, 0, false
	d.forget("number", "code", "subscription", "register")
	n, err := w.Graph.Number(r.Context(), in.ID, d.token)
	if err == nil && !slices.ContainsFunc(d.Numbers, func(c Choice) bool { return c.ID == n.ID }) {
		d.fail("number", "id", "not_of_account", n.Display)
		return w.keep(rw, r, &who.Person, d)
	}
	if err != nil {
		if err := d.denied(err, "number", "id"); err != nil {
			return err
		}
		return w.keep(rw, r, &who.Person, d)
	}
	owners, err := w.Numbers.Owners(r.Context(), []wa.PhoneNumberID{n.ID}, d.Account.ID, d.Account.Portfolio)
	if err != nil {
		return err
	}
	chosen := choice(&n, owners.Numbers[n.ID], who.Person.TenantID)
	switch chosen.Taken {
	case "other":
		d.fail("number", "id", "foreign_number", n.Display)
	case "ours":
		d.warn("number", "already_ours", n.Display)
		d.Number = &chosen
	default:
		d.ok("number", n.Display)
		d.Number = &chosen
	}
	return w.keep(rw, r, &who.Person, d)
}

// CodeBody asks for a code.
type CodeBody struct {
	Method   string `json:"method" enum:"sms,voice"`
	Language string `json:"language" doc:"Of the message, such as pt_BR" required:"false"`
}

// SendCode has Meta send a code to the number.
func (w *Wizard) SendCode(rw http.ResponseWriter, r *http.Request, who staff.Session) error {
	d, err := w.at(r.Context(), &who.Person, stepConfirm)
	if err != nil {
		return err
	}
	r = r.WithContext(w.provedBy(r.Context(), d.Through))
	var in CodeBody
	if err := rest.Decode(rw, r, &in); err != nil {
		return err
	}
	method := map[string]string{"sms": onboarding.BySMS, "voice": onboarding.ByVoice}[in.Method]
	if method == "" {
		return problem.Field("method", "want sms or voice")
	}
	if in.Language == "" {
		in.Language = "en_US"
	}
	if !rest.IsLanguage(in.Language) {
		return problem.Field("language", "want a language such as pt_BR")
	}
	err = w.Graph.RequestCode(r.Context(), d.Number.ID, method, strings.ReplaceAll(in.Language, "-", "_"), d.token)
	if err != nil {
		if err := d.denied(err, "code", "method"); err != nil {
			return err
		}
		return w.keep(rw, r, &who.Person, d)
	}
	now := time.Now().UTC()
	left := guesses
	if d.Code != nil { // wrong ones count on
		left = d.Code.TriesLeft
	}
	d.Code = &Code{Method: in.Method, SentAt: now, ExpiresAt: now.Add(codeLives), TriesLeft: left}
	d.ask("code", "code", "code_sent")
	return w.keep(rw, r, &who.Person, d)
}

// VerifyBody shows the code.
type VerifyBody struct {
	Code string `json:"code" doc:"The six digits"`
}

// Verify shows Meta the code.
func (w *Wizard) Verify(rw http.ResponseWriter, r *http.Request, who staff.Session) error {
	d, err := w.at(r.Context(), &who.Person, stepConfirm)
	if err != nil {
		return err
	}
	r = r.WithContext(w.provedBy(r.Context(), d.Through))
	var in VerifyBody
	if err := rest.Decode(rw, r, &in); err != nil {
		return err
	}
	sent := strings.NewReplacer(" ", "", "-", "").Replace(in.Code)
	if !isSix(sent) {
		return problem.Field("code", "want the six digits of the newest code")
	}
	err = w.Graph.VerifyCode(r.Context(), d.Number.ID, sent, d.token)
	if err != nil {
		if err := d.denied(err, "code", "code"); err != nil {
			return err
		}
		if d.Code != nil && d.reason("code") == string(onboarding.CodeWrong) {
			d.Code.TriesLeft = max(d.Code.TriesLeft-1, 0)
			d.tries("code", d.Code.TriesLeft)
		}
		return w.keep(rw, r, &who.Person, d)
	}
	d.Number.Verified, d.Code = true, nil
	d.ok("code", d.Number.Display)
	if err := w.tell(r.Context(), &who.Person, d, audit.NumberVerified, audit.Values{}); err != nil {
		return err
	}
	return w.keep(rw, r, &who.Person, d)
}

func (v *View) reason(name string) string {
	for i := range v.Checks {
		if v.Checks[i].Name == name {
			return v.Checks[i].Reason
		}
	}
	return ""
}

func isSix(text string) bool { return len(text) == 6 && strings.Trim(text, digits) == "" }
