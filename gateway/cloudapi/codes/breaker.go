package codes

import "slices"

// Breaker names what stops while one thing is in trouble, so that the rest goes on.
type Breaker string

// Breakers, from what stops least to what stops most.
const (
	PersonBreaker   Breaker = "person"
	TemplateBreaker Breaker = "template"
	CampaignBreaker Breaker = "campaign" // what a number begins; answers go on
	NumberBreaker   Breaker = "number"
	TokenBreaker    Breaker = "token"
	AccountBreaker  Breaker = "account" // how often Meta may be asked, not what is sent
)

// BreakerInfo says of a breaker, in short English, what an operator has to know of it.
type BreakerInfo struct {
	Breaker Breaker
	Opens   int    // how many answers in a row with one of its codes open it
	Waits   string // what is held back while it is open
	Probe   string // what finds out whether the trouble is over, and how often
	Closes  string // the evidence that closes it
	Screen  string // where people see it
}

// Breakers lists them all. The codes that open one are the rows of the table that name it.
func Breakers() []BreakerInfo {
	return []BreakerInfo{
		{
			Breaker: PersonBreaker, Opens: 1,
			Waits:  "this person's next message; marketing to who stopped it or was blocked",
			Probe:  "the message itself: after 4, 16, 64 … seconds for 131056, once after 24 hours for 131049",
			Closes: "Meta takes the message; the person allows marketing again",
			Screen: "the message in its thread",
		},
		{
			Breaker: TemplateBreaker, Opens: 1,
			Waits:  "what is sent with this template in this language: it fails unsent",
			Probe:  "the account's list of templates, read at once and every ten minutes",
			Closes: "the list or a webhook says APPROVED",
			Screen: "the message in its thread, the list of templates",
		},
		{
			Breaker: CampaignBreaker, Opens: 1,
			Waits:  "utility and marketing of this number; codes, people and the assistant go on",
			Probe:  "what waits, after an hour; the first that is refused stops the rest again",
			Closes: "Meta takes it",
			Screen: "the message in its thread, the numbers' page once Meta tells of the restriction",
		},
		{
			Breaker: NumberBreaker, Opens: 1,
			Waits:  "all that this number sends; at 130429 its pace is halved for five seconds instead",
			Probe:  "a look at the number once a minute; one message after a quarter of an hour, for 131057 after five minutes",
			Closes: "the look finds the number fit, Meta takes a message, somebody registers it again",
			Screen: "the numbers' page, the list of conversations, the notices to administrators",
		},
		{
			Breaker: TokenBreaker, Opens: 1,
			Waits:  "all calls with this token, of sends, files and lists",
			Probe:  "one call a minute, whichever is due first",
			Closes: "Meta takes the token, or the number gets another",
			Screen: "the numbers' page, the list of conversations, the notices to administrators",
		},
		{
			Breaker: AccountBreaker, Opens: 1,
			Waits:  "lists, looks, readings and files of who used up what Meta allows; messages go on",
			Probe:  "the first call after the time that Meta names, else after an hour",
			Closes: "Meta answers, with usage below nine tenths",
			Screen: "the age of what is shown",
		},
	}
}

// Opening lists the codes that open a breaker; of a range the first.
func Opening(b Breaker) (list []int) {
	for _, row := range table {
		if row.Breaker == b {
			list = append(list, row.Code)
		}
	}
	return slices.Clip(list)
}
