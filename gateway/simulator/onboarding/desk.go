package onboarding

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/simulator/chance"
)

// Permissions that tokens have.
const (
	messaging  = "whatsapp_business_messaging"
	management = "whatsapp_business_management"
	business   = "business_management"
)

// Number is what onboarding knows of a business number from the start.
type Number struct {
	ID        wa.PhoneNumberID
	Display   string // digits
	Name      string
	AccountID wa.AccountID
	Portfolio wa.PortfolioID // empty: not told
	Token     string         // may do everything with the account; empty: any token may
	MPS       int
	Fresh     bool   // neither verified nor registered yet, and its account not subscribed
	PIN       string // of a two-step verification that was set elsewhere; empty: none
	OnPhone   bool   // the phone app is used beside the API
	Standing  Standing
}

// Standing is what Meta says of how a number fares, in its words; what is empty is as it
// is with a number that is well.
type Standing struct {
	Quality    string // quality_rating
	Tier       string // whatsapp_business_manager_messaging_limit
	NameStatus string
	CanSend    string // health_status
}

// Grant is a token beside those of the numbers.
type Grant struct {
	Token     string
	Scopes    []string       // nil: all
	Accounts  []wa.AccountID // nil: all
	ExpiresAt time.Time      // zero: never

	ofNumber bool // made of a number's own token
}

// Config is what a Desk is made of. All but Numbers may be left out.
type Config struct {
	Numbers []Number
	Grants  []Grant
	Now     func() time.Time
	// Down says that all tokens are refused just now.
	Down func() bool
	// Proven says whether a request proves that it comes from the app.
	Proven func(proof, token string) bool
	// Tell gives a code to whoever holds a number.
	Tell func(display, code string)
	// Digits draws a code.
	Digits func(n int) string
	// Changed is called when a number goes live or an account's webhooks change.
	Changed func()
}

// The app that every token belongs to.
const (
	appID   = "440987654321001"
	appName = "Prosa"
)

// Limits as Meta has them. How many guesses of a code or PIN there are it does not say.
const (
	guesses       = 3
	lockedFor     = 12 * time.Hour
	codeLives     = 10 * time.Minute
	codes         = 5 // asked for, until one was right or the lock has ended
	registrations = 10
	registerSpan  = 72 * time.Hour
)

// Desk is where numbers are set up. Safe for concurrent use.
type Desk struct {
	config Config

	mu        sync.Mutex // held while Config's functions are called
	numbers   []*number
	overrides map[wa.AccountID]string

	facts      sync.Mutex // may be taken under any other lock
	subscribed map[wa.AccountID]bool
	registered map[wa.PhoneNumberID]bool
}

// number is how far one has come.
type number struct {
	Number
	verified   bool
	code       string
	codeAt     time.Time
	asked      int
	wrongCodes int
	wrongPINs  int
	lockedAt   time.Time   // no code, and no guess of one
	pinLocked  time.Time   // no guess of the PIN
	tried      []time.Time // registrations
}

// New makes a Desk.
func New(config Config) *Desk {
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Down == nil {
		config.Down = func() bool { return false }
	}
	if config.Proven == nil {
		config.Proven = func(string, string) bool { return true }
	}
	if config.Tell == nil {
		config.Tell = func(string, string) {}
	}
	if config.Changed == nil {
		config.Changed = func() {}
	}
	if config.Digits == nil {
		config.Digits = chance.NewIDs(rand.Int64()).Digits // asked under the Desk's lock
	}
	d := &Desk{
		config: config, overrides: map[wa.AccountID]string{},
		subscribed: map[wa.AccountID]bool{}, registered: map[wa.PhoneNumberID]bool{},
	}
	for _, n := range config.Numbers {
		n.MPS = cmp.Or(n.MPS, 80)
		d.numbers = append(d.numbers, &number{Number: n, verified: !n.Fresh})
		if !n.Fresh {
			d.subscribed[n.AccountID], d.registered[n.ID] = true, true
		}
	}
	return d
}

// Live says whether a number is registered.
func (d *Desk) Live(id wa.PhoneNumberID) bool {
	d.facts.Lock()
	defer d.facts.Unlock()
	return d.registered[id]
}

// Hears says whether the webhooks of an account go anywhere.
func (d *Desk) Hears(account wa.AccountID) bool {
	d.facts.Lock()
	defer d.facts.Unlock()
	return d.subscribed[account]
}

func (d *Desk) subscribeTo(account wa.AccountID, hears bool) {
	d.facts.Lock()
	d.subscribed[account] = hears
	d.facts.Unlock()
	d.config.Changed()
}

func (d *Desk) goLive(id wa.PhoneNumberID) {
	d.facts.Lock()
	d.registered[id] = true
	d.facts.Unlock()
	d.config.Changed()
}

// Connect has a number be verified and registered and its account subscribed, as
// somebody has done before.
func (d *Desk) Connect(id wa.PhoneNumberID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if n := d.find(id); n != nil {
		n.verified = true
		d.goLive(id)
		d.subscribeTo(n.AccountID, true)
	}
}

// Code is the newest code that was told to a number; "" when none is good.
func (d *Desk) Code(id wa.PhoneNumberID) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if n := d.find(id); n != nil {
		return n.code
	}
	return ""
}

// Override has the webhooks of an account go elsewhere, as another system may have set.
func (d *Desk) Override(account wa.AccountID, callback string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.overrides[account] = callback
}

func (d *Desk) find(id wa.PhoneNumberID) *number {
	for _, n := range d.numbers {
		if n.ID == id {
			return n
		}
	}
	return nil
}

func (d *Desk) ofAccount(id wa.AccountID) []*number {
	var list []*number
	for _, n := range d.numbers {
		if n.AccountID == id && id != "" {
			list = append(list, n)
		}
	}
	return list
}

// granted is what a token may do; nil: it is nobody's.
func (d *Desk) granted(token string) *Grant {
	for i := range d.config.Grants {
		if d.config.Grants[i].Token == token {
			return &d.config.Grants[i]
		}
	}
	g := &Grant{Token: token, Accounts: []wa.AccountID{}, ofNumber: true}
	for _, n := range d.numbers {
		if (n.Token == "" || n.Token == token) && !slices.Contains(g.Accounts, n.AccountID) {
			g.Accounts = append(g.Accounts, n.AccountID)
		}
	}
	if len(g.Accounts) == 0 {
		return nil
	}
	return g
}

func (g *Grant) has(scope string) bool { return g.Scopes == nil || slices.Contains(g.Scopes, scope) }

func (g *Grant) sees(account wa.AccountID) bool {
	return g.Accounts == nil || slices.Contains(g.Accounts, account)
}

func (g *Grant) expired(now time.Time) bool {
	return !g.ExpiresAt.IsZero() && !now.Before(g.ExpiresAt)
}

// MaySend says why a token may not send from a number, as a code of Meta's and words;
// 0: it may.
func (d *Desk) MaySend(token string, id wa.PhoneNumberID) (code int, details string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := d.find(id)
	if n == nil {
		return 0, ""
	}
	if r := d.judge(token, n.AccountID, messaging); r != nil {
		return r.code, r.details
	}
	return 0, ""
}

// judge says why a token may not do something with an account.
func (d *Desk) judge(token string, account wa.AccountID, scope string) *refusal {
	g := d.granted(token)
	switch {
	case g == nil, g.ofNumber && !g.sees(account):
		return &refusal{status: 401, code: 190, details: "Error validating access token."}
	case g.expired(d.config.Now()):
		return &refusal{status: 401, code: 190, subcode: 463, details: "Error validating access token: Session has expired."}
	case !g.sees(account):
		return &refusal{status: 400, code: 100, subcode: 33, details: "Object with this ID does not exist, cannot be loaded due to missing permissions, or does not support this operation."}
	case !g.has(scope):
		return &refusal{status: 403, code: 200, details: "You do not have the necessary permissions required to access this object: " + scope + "."}
	}
	return nil
}
