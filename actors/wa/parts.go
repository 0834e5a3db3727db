package wa

import (
	"math"
	"strconv"
	"strings"
)

// Card is one shared contact, as far as people are shown it. Name is never empty
// where the card says anything at all.
type Card struct {
	Name         string      `json:"name,omitempty"`
	Organisation string      `json:"organisation,omitempty"` // where it is not the name itself
	Phones       []CardEntry `json:"phones,omitempty"`
	Emails       []CardEntry `json:"emails,omitempty"`
}

// CardEntry is one of several addresses of a card.
type CardEntry struct {
	Value string `json:"value"`
	Type  string `json:"type,omitempty"` // as the card says it: CELL, WORK, …
}

// Order is what a customer chose from a catalogue.
type Order struct {
	Catalog string      `json:"catalog,omitempty"`
	Text    string      `json:"text,omitempty"` // what the customer wrote with it
	Items   []OrderItem `json:"items,omitempty"`
	// Total is the sum in Currency; without one there is none: an item lacks its
	// price or quantity, or they are of several currencies.
	Total    float64 `json:"total,omitempty"`
	Currency string  `json:"currency,omitempty"`
}

// OrderItem is one product of an order; what Meta did not say is zero.
type OrderItem struct {
	Product  string  `json:"product,omitempty"` // the retailer's own id
	Quantity float64 `json:"quantity,omitempty"`
	Price    float64 `json:"price,omitempty"` // of one, in Currency
	Currency string  `json:"currency,omitempty"`
	// Unpriced tells a product whose price is not known from one for nothing.
	Unpriced bool `json:"unpriced,omitempty"`
}

// Sum fills in the total of an order.
func (o *Order) Sum() {
	o.Total, o.Currency = 0, ""
	sum := 0.0
	for _, item := range o.Items {
		if item.Currency == "" || item.Currency != o.Items[0].Currency || item.Quantity <= 0 || item.Unpriced {
			return
		}
		sum += item.Quantity * item.Price
	}
	if len(o.Items) == 0 || math.IsInf(sum, 0) {
		return
	}
	const smallest = 1e4 // no currency has more than four places
	if rounded := math.Round(sum * smallest); !math.IsInf(rounded, 0) {
		sum = rounded / smallest
	}
	o.Total, o.Currency = sum, o.Items[0].Currency
}

// line names what was chosen, for lists.
func (o *Order) line() string {
	var parts []string
	if o.Text != "" {
		parts = append(parts, o.Text)
	}
	for _, item := range o.Items {
		if item.Product != "" && item.Quantity > 0 {
			parts = append(parts, strconv.FormatFloat(item.Quantity, 'f', -1, 64)+" × "+item.Product)
		} else if item.Product != "" {
			parts = append(parts, item.Product)
		}
	}
	return strings.Join(parts, " · ")
}

// FormField is one thing that was filled in, in a flow or another form.
type FormField struct {
	Name  string `json:"name"` // as the form's author called it
	Value string `json:"value"`
}

// Referral is the advert or post that a person came from.
type Referral struct {
	Type     string `json:"type,omitempty"` // ad, post
	ID       string `json:"id,omitempty"`
	URL      string `json:"url,omitempty"`
	Headline string `json:"headline,omitempty"`
	Body     string `json:"body,omitempty"`
	Media    string `json:"media,omitempty"` // image, video
}

// Product is one product of a catalogue that a message is about.
type Product struct {
	Catalog string `json:"catalog,omitempty"`
	ID      string `json:"id,omitempty"` // the retailer's own
}

// answer is what a form says in one line: what was filled in, else its title.
func (i *Interactive) answer() string {
	if len(i.Fields) == 0 {
		return i.Title
	}
	values := make([]string, 0, len(i.Fields))
	for _, field := range i.Fields {
		if field.Value != "" {
			values = append(values, field.Value)
		}
	}
	return strings.Join(values, " · ")
}

// Words are the parts of a content that people read, and find it by, in the order
// in which they stand.
func (c *Content) Words() []string {
	var words []string
	if r := c.Referral; r != nil {
		words = append(words, r.Headline, r.Body)
	}
	if p := c.Product; p != nil {
		words = append(words, p.ID)
	}
	switch {
	case c.Text != nil:
		words = append(words, c.Text.Body)
	case c.Media != nil:
		words = append(words, c.Media.Caption, c.Media.FileName)
	case c.Template != nil:
		words = append(words, c.Template.Rendered)
	case c.Interactive != nil:
		words = append(words, c.Interactive.Title, c.Interactive.Description)
		for _, field := range c.Interactive.Fields {
			words = append(words, field.Name, field.Value)
		}
	case c.Prompt != nil:
		words = append(words, c.Prompt.words()...)
	case c.Location != nil:
		words = append(words, c.Location.Name, c.Location.Address)
	case c.Edit != nil:
		words = append(words, c.Edit.Text)
	case c.System != nil:
		words = append(words, c.System.Body)
	case c.Order != nil:
		words = append(words, c.Order.Text)
		for _, item := range c.Order.Items {
			words = append(words, item.Product)
		}
	}
	for i := range c.Contacts {
		words = append(words, c.Contacts[i].words()...)
	}
	return words
}

func (c *Card) words() []string {
	words := []string{c.Name, c.Organisation}
	for _, list := range [][]CardEntry{c.Phones, c.Emails} {
		for _, entry := range list {
			words = append(words, entry.Value)
		}
	}
	return words
}

func cardNames(cards []Card) string {
	names := make([]string, 0, len(cards))
	for i := range cards {
		names = append(names, cards[i].Name)
	}
	return strings.Join(names, ", ")
}
