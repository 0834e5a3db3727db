package setting

// Who must sign in with a second factor.
const (
	FactorOptional = "optional"
	FactorAdmins   = "admins"
	FactorAll      = "all"
)

// SignIn says how people sign in. API keys know no second factor.
type SignIn struct {
	Factor string `json:"factor" enum:"optional,admins,all" doc:"Who must have a second factor; who has none is led to it at the next sign-in, and his open sessions end"`
}

func signInKind() Kind[SignIn] {
	return Kind[SignIn]{"signin", func() SignIn { return SignIn{Factor: FactorOptional} }}
}

// Validate checks the choice.
func (s SignIn) Validate() error {
	if s.Factor != FactorOptional && s.Factor != FactorAdmins && s.Factor != FactorAll {
		return &FieldError{"factor", "want optional, admins or all"}
	}
	return nil
}

// Demands says whether somebody must have a second factor.
func (s SignIn) Demands(admin bool) bool {
	return s.Factor == FactorAll || s.Factor == FactorAdmins && admin
}
