package cloudapi

import (
	"strings"

	"github.com/prosa-chat/prosa/actors/wa"
)

// upgradedRate is what THROUGHPUT_UPGRADE gives a number, in messages a second, in
// and out (Meta, throughput). The webhook itself names no figure.
const upgradedRate = 1000

// ThroughputNews is that Meta raised what a number may send and receive. The
// webhook names the number by how it is shown and not by its id.
type ThroughputNews struct {
	Display string
	Rate    int // messages a second
}

// ThroughputNews reads a field about a number's throughput; false: it tells
// something else. Of the field's other events none changes the throughput: they
// are about quality and how many people may be written to.
func (f *Field) ThroughputNews() (ThroughputNews, bool) {
	if f.Name != "phone_number_quality_update" {
		return ThroughputNews{}, false
	}
	var value struct {
		Display string `json:"display_phone_number"`
		Event   string `json:"event"`
	}
	if decode(f.Raw, &value) != nil || strings.ToUpper(value.Event) != "THROUGHPUT_UPGRADE" {
		return ThroughputNews{}, false
	}
	return ThroughputNews{wa.CleanText(value.Display), upgradedRate}, true
}
