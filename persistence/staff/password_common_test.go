package staff

import "testing"

func TestGuessable(t *testing.T) {
	t.Parallel()
	for _, password := range []string{
		"password", "Password1!", "12345678", "senha123", "mudar123", "Flamengo2026", "corinthians", "trocar@123",
		"aaaaaaaa", "        ", "ana.prado", "Ana.Prado1", "ana.prado@lume.example", "lume1234", "anaprado99", "contraseña1", "whatsapp2026",
	} {
		if !guessable(password, "ana.prado@lume.example", "Ana Prado") {
			t.Errorf("%q is let pass", password)
		}
	}
	for _, password := range []string{
		"correct horse battery", "Zebra-quartz-17-lamp", "prosa-demo", "três tristes tigres", "k7#pQ!x9", "senha do portão azul",
	} {
		if guessable(password, "ana.prado@lume.example", "Ana Prado") {
			t.Errorf("%q is refused", password)
		}
	}
}
