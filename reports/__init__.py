"""What a reader needs: tables, figures and pages made from a finished study."""
