package cloudapi

import (
	"bytes"

	"github.com/prosa-chat/prosa/actors/wa"
	"github.com/prosa-chat/prosa/gateway/cloudapi/walk"
)

// orderItem is what a customer put together in a catalogue.
type orderItem struct {
	CatalogID looseString `json:"catalog_id"`
	Text      looseString `json:"text"`
	Items     []struct {
		Product  looseString `json:"product_retailer_id"`
		Quantity looseNumber `json:"quantity"`
		Price    looseNumber `json:"item_price"`
		Currency looseString `json:"currency"`
	} `json:"product_items"`
}

// order reads an order, false if there is nothing in it to see.
func order(raw []byte) (wa.Content, bool) {
	var item orderItem
	if decode(raw, &item) != nil {
		return wa.Content{}, false
	}
	o := &wa.Order{Catalog: string(item.CatalogID), Text: string(item.Text)}
	for _, product := range item.Items {
		o.Items = append(o.Items, wa.OrderItem{
			Product: string(product.Product), Quantity: product.Quantity.value, Price: product.Price.value,
			Currency: string(product.Currency), Unpriced: !product.Price.known,
		})
	}
	o.Sum()
	return wa.Content{Kind: wa.KindOrder, Order: o, Raw: cleanRaw(raw)}, len(o.Items) > 0 || o.Text != "" || o.Catalog != ""
}

// referral reads what a person came from; nil if it says nothing.
func referral(raw []byte) *wa.Referral {
	var item struct {
		Type     looseString `json:"source_type"`
		ID       looseString `json:"source_id"`
		URL      looseString `json:"source_url"`
		Headline looseString `json:"headline"`
		Body     looseString `json:"body"`
		Media    looseString `json:"media_type"`
	}
	if decode(raw, &item) != nil {
		return nil
	}
	r := wa.Referral{
		Type: string(item.Type), ID: string(item.ID), URL: string(item.URL),
		Headline: string(item.Headline), Body: string(item.Body), Media: string(item.Media),
	}
	if r == (wa.Referral{}) {
		return nil
	}
	return &r
}

// product reads the product that a message is about; nil if it names none.
func product(raw []byte) *wa.Product {
	var item struct {
		Catalog looseString `json:"catalog_id"`
		Product looseString `json:"product_retailer_id"`
	}
	if decode(raw, &item) != nil || item.Product == "" {
		return nil
	}
	return &wa.Product{Catalog: string(item.Catalog), ID: string(item.Product)}
}

// formFields are the answers of a form in the form's own order, without what only
// machines read.
func formFields(response []byte) []wa.FormField {
	var fields []wa.FormField
	if walk.First(response) == '"' { // not the JSON that it should be
		return []wa.FormField{{Value: looseText(response)}}
	}
	for key, value := range walk.Members(response) {
		if key == "flow_token" {
			continue
		}
		fields = append(fields, wa.FormField{Name: keyText(key), Value: plainValue(value)})
	}
	return fields
}

// keyText is a key as people read it: members yields it as written.
func keyText(key string) string { return looseText([]byte(`"` + key + `"`)) }

// plainValue writes a value of JSON as people read it: lists after commas, what
// is within as name and value.
func plainValue(raw []byte) string {
	raw = bytes.TrimSpace(raw)
	switch walk.First(raw) {
	case '[':
		return listed(raw)
	case '{':
		var text []byte
		for key, value := range walk.Members(raw) {
			if len(text) > 0 {
				text = append(text, ", "...)
			}
			text = append(append(append(text, keyText(key)...), ": "...), plainValue(value)...)
		}
		return string(text)
	case '"', 0:
		return looseText(raw)
	case 'n':
		return ""
	}
	return string(raw) // a number, true or false
}

func listed(raw []byte) string {
	var text []byte
	for element := range walk.Elements(raw) {
		if len(text) > 0 {
			between := ", "
			if walk.IsObject(element) {
				between = "; "
			}
			text = append(text, between...)
		}
		text = append(text, plainValue(element)...)
	}
	return string(text)
}
