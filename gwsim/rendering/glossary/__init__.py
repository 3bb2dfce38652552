"""What the codes in gwsim's answers mean."""
