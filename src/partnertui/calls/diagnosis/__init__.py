"""Diagnosis: rules that look for evidence in a call, and the verdict they lead to."""
