package connection

import (
	"slices"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
)

// Steps, in their order.
const (
	stepAccount  = "account"
	stepNumber   = "number"
	stepConfirm  = "confirm"
	stepActivate = "activate"
	stepFinish   = "finish"
)

// States of a check.
const (
	passed  = "ok"
	warned  = "warning" // goes on, and should be looked at
	open    = "open"    // waits for the administrator
	refused = "failed"
)

// Check is one thing that was asked of Meta.
type Check struct {
	Name      string `json:"name" enum:"token,messaging,management,business,account,portfolio,number,code,subscription,register"`
	State     string `json:"state" enum:"ok,warning,open,failed"`
	Field     string `json:"field,omitempty" doc:"Of the step's body, whose value is the matter"`
	Reason    string `json:"reason,omitempty" doc:"Stable. Why it is not ok" enum:"token_invalid,token_expired,token_expires,token_of_person,token_closed,not_permitted,account_needed,account_choose,unseen,foreign_account,foreign_portfolio,owner_untold,foreign_number,already_ours,not_of_account,code_sent,code_wrong,code_too_often,unverified,not_listed,override,others_too,pin_wrong,pin_too_many,pin_too_fast,pin_needed,too_often,just_deleted,half_removed,terms_not_taken,refused"`
	Remedy    string `json:"remedy,omitempty" doc:"What would help"`
	Detail    string `json:"detail,omitempty" doc:"What it is about, or Meta's own words"`
	Code      int    `json:"code,omitempty" doc:"Meta's error code"`
	TriesLeft *int   `json:"tries_left,omitempty" doc:"Before Meta takes no more for some hours, as far as is known"`
}

// App is the Meta app that a token belongs to.
type App struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Account is a WhatsApp Business Account.
type Account struct {
	ID            wa.AccountID   `json:"id"`
	Name          string         `json:"name"`
	Portfolio     wa.PortfolioID `json:"portfolio_id,omitempty"`
	PortfolioName string         `json:"portfolio_name,omitempty"`
}

// Choice is a number that can be connected.
type Choice struct {
	ID          wa.PhoneNumberID `json:"id"`
	Display     string           `json:"display"`
	Name        string           `json:"name"`
	Verified    bool             `json:"verified" doc:"The business has shown to Meta that the number is its own"`
	Registered  bool             `json:"registered" doc:"It sends and receives by the API"`
	Coexistence bool             `json:"coexistence" doc:"The phone app is used beside the API"`
	Taken       string           `json:"taken,omitempty" doc:"Whose it is in this installation; missing: nobody's" enum:"ours,other"`
}

// Code is one that Meta has sent to the number.
type Code struct {
	Method    string    `json:"method" enum:"sms,voice"`
	SentAt    time.Time `json:"sent_at"`
	ExpiresAt time.Time `json:"expires_at"`
	TriesLeft int       `json:"tries_left"`
}

// View is how far a connection has come.
type View struct {
	Step         string     `json:"step" doc:"The first that is not done" enum:"account,number,confirm,activate,finish"`
	ExpiresAt    *time.Time `json:"expires_at,omitempty" doc:"Until when it is kept; missing: nothing is"`
	NeedsToken   bool       `json:"needs_token,omitempty" doc:"The token is kept no more: give it again"`
	Through      string     `json:"through,omitempty" doc:"Meta app of the company by which it is connected, see /api/v1/apps; missing: that of the installation"`
	App          *App       `json:"app,omitempty" doc:"That the token belongs to, as Meta names it"`
	TokenKind    string     `json:"token_kind,omitempty"`
	TokenExpires *time.Time `json:"token_expires,omitempty"`
	Accounts     []Account  `json:"accounts,omitempty" doc:"Those that the token sees, where there are several"`
	Account      *Account   `json:"account,omitempty"`
	Numbers      []Choice   `json:"numbers,omitempty" doc:"Of the account"`
	Number       *Choice    `json:"number,omitempty" doc:"The chosen one"`
	Code         *Code      `json:"sms,omitempty" doc:"The code that was sent last"`
	PinTries     int        `json:"pin_tries,omitempty" doc:"Wrong PINs so far"`
	Subscribed   bool       `json:"subscribed,omitempty" doc:"The account's webhooks come here"`
	Checks       []Check    `json:"checks" doc:"What was asked of Meta, in the order of the steps"`
}

// step is the first that is not done.
func (v *View) step() string {
	n := v.Number
	switch {
	case v.Account == nil || v.NeedsToken:
		return stepAccount
	case n == nil:
		return stepNumber
	case !n.Verified && !n.Registered && !n.Coexistence:
		return stepConfirm
	case !v.Subscribed || !n.Registered && !n.Coexistence:
		return stepActivate
	}
	return stepFinish
}

// order is that of the checks on the page.
func order() []string {
	return []string{
		"token", "messaging", "management", "business", "account", "portfolio", "number", "code", "subscription", "register",
	}
}

// put sets a check in its place.
func (v *View) put(c Check) {
	names := order()
	v.forget(c.Name)
	at := slices.IndexFunc(v.Checks, func(o Check) bool { return slices.Index(names, o.Name) > slices.Index(names, c.Name) })
	if at < 0 {
		at = len(v.Checks)
	}
	c.Remedy = remedyOf(c.Reason)
	v.Checks = slices.Insert(v.Checks, at, c)
}

func (v *View) ok(name, detail string) { v.put(Check{Name: name, State: passed, Detail: detail}) }

func (v *View) warn(name, reason, detail string) {
	v.put(Check{Name: name, State: warned, Reason: reason, Detail: detail})
}

func (v *View) ask(name, field, reason string) {
	v.put(Check{Name: name, State: open, Field: field, Reason: reason})
}

func (v *View) fail(name, field, reason, detail string) {
	v.put(Check{Name: name, State: refused, Field: field, Reason: reason, Detail: detail})
}

// forget takes checks back that are no more true.
func (v *View) forget(names ...string) {
	v.Checks = slices.DeleteFunc(v.Checks, func(c Check) bool { return slices.Contains(names, c.Name) })
}

func (v *View) failed() bool {
	return slices.ContainsFunc(v.Checks, func(c Check) bool { return c.State == refused })
}
