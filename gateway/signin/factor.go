package signin

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/boombuler/barcode/qr"

	"github.com/prosa-chat/prosa/actors/code"
	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/problem"
	"github.com/prosa-chat/prosa/gateway/rest"
	"github.com/prosa-chat/prosa/persistence/signin"
	"github.com/prosa-chat/prosa/persistence/staff"
)

// FactorView is what somebody has of a second factor.
type FactorView struct {
	On           bool       `json:"on"`
	Since        *time.Time `json:"since,omitempty"`
	RecoveryLeft int        `json:"recovery_left" doc:"Recovery codes that were not used"`
	Demanded     bool       `json:"demanded" doc:"The company asks for one: it cannot be turned off"`
	Company      string     `json:"company" doc:"For /api/v1/login/provider/{company}?fresh=true"`
	Provider     string     `json:"provider,omitempty" doc:"Label of the company's provider, where it knows the account: a fresh sign-in there stands for the password"`
	Proven       bool       `json:"proven" doc:"That was so a moment ago: no password is asked for"`
	PasswordShut bool       `json:"password_shut" doc:"The company signs in by its provider alone: the password opens nothing"`
}

// EnrolmentView is a secret that counts once a code has confirmed it.
type EnrolmentView struct {
	Secret  string `json:"secret" doc:"Base32, for typing"`
	Address string `json:"address" doc:"otpauth://, what the QR code says"`
	QR      QRView `json:"qr"`
}

// QRView is a QR code to be drawn.
type QRView struct {
	Size int    `json:"size" doc:"Modules of a side, the quiet zone of four on each side among them"`
	Path string `json:"path" doc:"SVG path of the dark modules, in a box of size by size"`
}

// RecoveryView are recovery codes, shown once.
type RecoveryView struct {
	RecoveryCodes []string `json:"recovery_codes" doc:"Each is good once, instead of a code"`
}

func showEnrolment(w http.ResponseWriter, e signin.Enrolment) error {
	drawn, err := draw(e.Address)
	if err != nil {
		return err
	}
	return rest.Write(w, http.StatusOK, EnrolmentView{e.Secret, e.Address, drawn})
}

// draw makes the QR code of a text.
func draw(text string) (QRView, error) {
	const quiet = 4 // modules, ISO/IEC 18004
	made, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return QRView{}, fmt.Errorf("draw QR code: %w", err)
	}
	var path strings.Builder
	box := made.Bounds()
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			if grey, _, _, _ := made.At(x, y).RGBA(); grey == 0 {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x-box.Min.X+quiet, y-box.Min.Y+quiet)
			}
		}
	}
	return QRView{box.Dx() + 2*quiet, path.String()}, nil
}

// Get shows one's own factor.
func (d *Door) Get(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	st, err := d.c.Steps.Of(r.Context(), &who.Person)
	if err != nil {
		return err
	}
	policy, err := d.policy(r.Context(), who.Person.TenantID)
	if err != nil {
		return err
	}
	label, err := d.c.Linked(r.Context(), &who.Person)
	if err != nil {
		return err
	}
	shut := d.c.Shut(r.Context(), &who.Person)
	if shut != nil && problem.Of(shut).Code != code.ProviderOnly {
		return shut
	}
	return rest.Write(w, http.StatusOK, FactorView{
		st.On, st.Since, st.RecoveryLeft, policy.Demands(who.Person.Role == staff.RoleAdmin),
		string(who.Person.TenantID), label, who.Proven, shut != nil,
	})
}

// proofBody proves who sits there before a factor is changed.
type proofBody struct {
	Password string `json:"password" required:"false" doc:"The present one; not asked for after a fresh sign-in at the company's provider" format:"password"`
	Code     string `json:"code" required:"false" doc:"Of the factor, where there is one"`
}

// proof reads a body and checks its password.
func (d *Door) proof(w http.ResponseWriter, r *http.Request, who *staff.Session) (in proofBody, err error) {
	if err := rest.Decode(w, r, &in); err != nil {
		return in, err
	}
	return in, d.c.Prove(r, who, "password", in.Password)
}

// Enrol begins to set up a factor, or one on another phone.
func (d *Door) Enrol(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	in, err := d.proof(w, r, &who)
	if err != nil {
		return err
	}
	e, err := d.c.Steps.Enrol(r.Context(), &who.Person, in.Code)
	if err != nil {
		return refusal(err)
	}
	return showEnrolment(w, e)
}

// codeBody confirms a factor.
type codeBody struct {
	Code string `json:"code" doc:"Six digits of the authenticator"`
}

// Confirm makes the factor that was begun count.
func (d *Door) Confirm(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	var in codeBody
	if err := rest.Decode(w, r, &in); err != nil {
		return err
	}
	recovery, err := d.c.Steps.Confirm(r.Context(), &who.Person, in.Code)
	if err != nil {
		return refusal(err)
	}
	return rest.Write(w, http.StatusOK, RecoveryView{recovery})
}

// Recover makes new recovery codes.
func (d *Door) Recover(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	in, err := d.proof(w, r, &who)
	if err != nil {
		return err
	}
	recovery, err := d.c.Steps.Recover(r.Context(), &who.Person, in.Code)
	if err != nil {
		return refusal(err)
	}
	return rest.Write(w, http.StatusOK, RecoveryView{recovery})
}

// Off ends one's own factor, unless the company asks for it.
func (d *Door) Off(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	policy, err := d.policy(r.Context(), who.Person.TenantID)
	if err != nil {
		return err
	}
	if policy.Demands(who.Person.Role == staff.RoleAdmin) {
		return problem.New(code.FactorDemanded, "")
	}
	in, err := d.proof(w, r, &who)
	if err != nil {
		return err
	}
	if err := d.c.Steps.Off(r.Context(), &who.Person, in.Code); err != nil {
		return refusal(err)
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// Remove ends the factor of somebody who has lost his phone, and his sessions.
func (d *Door) Remove(w http.ResponseWriter, r *http.Request, who staff.Session) error {
	id := wa.AgentID(wa.CleanText(r.PathValue("agent")))
	if id == who.Person.ID {
		return problem.New(code.Oneself, "turn your own off in your account")
	}
	if err := d.c.Steps.Remove(r.Context(), who.Person.TenantID, id); err != nil {
		return refusal(err)
	}
	d.c.Changed(who.Person.TenantID, id)
	w.WriteHeader(http.StatusNoContent)
	return nil
}
