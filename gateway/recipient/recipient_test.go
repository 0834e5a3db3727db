package recipient

import (
	"testing"

	"github.com/prosa-chat/prosa/actors/wa"
)

func TestAddressesAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]wa.Alias{
		"+55 11 98888-7777":  {Kind: wa.AliasPhone, Value: "5511988887777"},
		"55 (11) 98888.7777": {Kind: wa.AliasPhone, Value: "5511988887777"},
		" 442071838750 ":     {Kind: wa.AliasPhone, Value: "442071838750"},
		"BR.abc123":          {Kind: wa.AliasBSUID, Value: "BR.abc123"},
		"011 98888-7777":     {}, // no country
		"98888":              {}, "": {}, "ana@lume.test": {}, "+55+11988887777": {}, "12345678901234567": {},
	} {
		if got, ok := address(in); got != want || ok != (want != wa.Alias{}) {
			t.Errorf("%q: %v, %v; want %v", in, got, ok, want)
		}
	}
}
